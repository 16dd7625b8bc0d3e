"""NDCG as RecTools counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, judged


@dataclass
class NDCGRecTools:
    """NDCG of RecTools: against k hits, also for a person who has fewer relevant items.

    Σ hit(i) / log2(i + 1) over Σ 1 / log2(i + 1), both over the places i = 1 … k. A person with fewer
    than k relevant items cannot reach 1, so figures are lower than those of `ndcg`. For reproducing
    what RecTools reports (its NDCG with divide_by_achievable=False, the default of 0.19).
    """

    name: ClassVar[str] = "ndcg-rectools"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a person without relevant items."""
        hits = first_hits(ranking, truth, self.k)
        discount = 1 / np.log2(np.arange(2, self.k + 2))
        # Both sums run place by place, so that k hits have 1 and not 1 + 2e-16.
        gain = np.cumsum(hits * discount[: hits.shape[1]], axis=1)[:, -1]
        return judged(gain / np.cumsum(discount)[-1], truth)
