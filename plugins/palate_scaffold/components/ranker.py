"""The ranker `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate import Query, Training, hookimpl


@dataclass
class PluginName:
    """Items that many users have together with the user's own."""

    name: ClassVar[str] = "plugin-name"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    cost: ClassVar[dict[str, float]] = {"items": 2}  # a number for each pair of items

    damping: Annotated[float, Ge(0)] = 1.0
    """The higher, the less an item counts that few users have."""

    together_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PluginName:
        """Count, for each pair of items, the users who have both, and divide by the item's own count."""
        matrix = training.history.matrix
        counts = (matrix.T @ matrix).toarray()
        np.fill_diagonal(counts, 0)
        own = training.history.popularity.astype(np.float32)
        self.together_ = counts / np.maximum(own + np.float32(self.damping), 1)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum over each user's items."""
        scores: NDArray[np.float32] = query.history.matrix @ self.together_
        return scores


@hookimpl
def register_rankers() -> list[type]:
    return [PluginName]
