"""Normalised discounted cumulative gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, judged, reachable


@dataclass
class NDCG:
    """How near the top the hits stand, against the best order possible.

    DCG@k / IDCG@k with DCG@k = Σ hit(i) / log2(i + 1) over the places i = 1 … k. The gain is
    binary, 2^rel - 1 and rel being the same, and IDCG@k puts min(k, relevant) hits first.
    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, TOIS 2002, with the
    logarithm of Burges et al., ICML 2005, which discounts the second place too.
    """

    name: ClassVar[str] = "ndcg"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a person without relevant items."""
        hits = first_hits(ranking, truth, self.k)
        discount = 1 / np.log2(np.arange(2, self.k + 2))
        # Both sums run place by place, so that a perfect ranking has 1 and not 1 + 2e-16.
        gain = np.cumsum(hits * discount[: hits.shape[1]], axis=1)[:, -1]
        return judged(gain / np.cumsum(discount)[reachable(truth, self.k) - 1], truth)
