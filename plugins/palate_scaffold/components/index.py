"""The index `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate import hookimpl


@dataclass
class PluginName:
    """The items whose vectors have the largest inner product with a user's interests."""

    name: ClassVar[str] = "plugin-name"

    candidates: Annotated[int, Gt(0)] = 100
    """How many items are looked for, what the user has seen among them."""

    vectors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def build(self, vectors: NDArray[np.float32]) -> PluginName:
        """Keep float32[items, d]."""
        self.vectors_ = vectors.copy()
        return self

    def search(self, vectors: NDArray[np.float32], k: int) -> NDArray[np.int32]:
        """int32[n, k] for float32[n, d]: nearest first, -1 where there are no more."""
        near = np.einsum("nd,id->ni", vectors, self.vectors_)
        near[:, ~self.vectors_.any(axis=1)] = -np.inf
        best = np.argsort(-near, axis=1, kind="stable")[:, :k]
        best[np.isneginf(np.take_along_axis(near, best, axis=1))] = -1
        return np.pad(best, ((0, 0), (0, k - best.shape[1])), constant_values=-1).astype(np.int32)


@hookimpl
def register_indexes() -> list[type]:
    return [PluginName]
