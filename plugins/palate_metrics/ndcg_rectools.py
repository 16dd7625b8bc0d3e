"""NDCG as RecTools computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import discounted_gains, first_hits, with_relevant


@dataclass
class NDCGRecTools:
    """NDCG of RecTools: relative to k hits, also for a user with fewer relevant items.

    Σ hit(i) / log2(i + 1) over Σ 1 / log2(i + 1), both over the places i = 1 … k. A user with fewer
    than k relevant items cannot reach 1, so values are lower than those of `ndcg`. For reproducing
    what RecTools reports (its NDCG with divide_by_achievable=False, the default of 0.19).
    """

    name: ClassVar[str] = "ndcg-rectools"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        gain, best = discounted_gains(first_hits(ranking, truth, self.k), self.k)
        return with_relevant(gain / best[-1], truth)
