"""Normalised discounted cumulative gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import discounted_gains, first_hits, reachable, with_relevant


@dataclass
class NDCG:
    """Discounted gain of the hits among the first k, over that of the best possible order.

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
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        gain, best = discounted_gains(first_hits(ranking, truth, self.k), self.k)
        return with_relevant(gain / best[reachable(truth, self.k) - 1], truth)
