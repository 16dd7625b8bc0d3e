"""What every metric of a user uses: the hits among the first k, and whether there are relevant items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import Ranking, Truth


def first_hits(ranking: Ranking, truth: Truth, k: int) -> NDArray[np.bool_]:
    """bool[n, min(k, ranking.k)]: which of the first k are relevant.

    Hits are computed for the whole ranking and then cut, so that a truth which caches them serves
    metrics with different k.
    """
    return truth.hits(ranking)[:, :k]


def reachable(truth: Truth, k: int) -> NDArray[np.int64]:
    """int64[n]: how many hits a perfect ranking has among its first k, at least 1 to divide by."""
    return np.clip(truth.counts, 1, k)


def discounted_gains(hits: NDArray[np.bool_], k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """DCG@k of each user, float64[n], and that of 1 … k hits at the top, float64[k].

    Both sums run place by place, so that a perfect ranking has an NDCG of 1 and not 1 + 2e-16.
    """
    discount = 1 / np.log2(np.arange(2, k + 2))
    return np.cumsum(hits * discount[: hits.shape[1]], axis=1)[:, -1], np.cumsum(discount)


def with_relevant(values: NDArray[np.float64], truth: Truth) -> NDArray[np.float64]:
    """float64[n]: the same values, NaN for a user without relevant items."""
    return np.where(truth.counts > 0, values, np.nan)
