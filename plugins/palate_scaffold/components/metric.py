"""The metric `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate import Ranking, Truth, hookimpl


@dataclass
class PluginName:
    """How much of the way down to k need not be gone to meet the first hit: 1 for a hit at once."""

    name: ClassVar[str] = "plugin-name"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n]: 1 - places before the first hit / k, 0 without a hit, NaN with nothing to be found."""
        hits = truth.hits(ranking)[:, : self.k]
        figures = np.where(hits.any(axis=1), 1 - hits.argmax(axis=1) / self.k, 0.0)
        return np.where(truth.counts > 0, figures, np.nan)


@hookimpl
def register_metrics() -> list[type]:
    return [PluginName]
