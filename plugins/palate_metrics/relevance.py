"""What every figure a person rests on: the hits among the first k, and who can be judged at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import Ranking, Truth


def first_hits(ranking: Ranking, truth: Truth, k: int) -> NDArray[np.bool_]:
    """bool[n, min(k, ranking.k)]: which of the first k are relevant.

    The whole ranking is asked about and then cut, so that a truth which remembers its hits serves
    metrics with different k.
    """
    return truth.hits(ranking)[:, :k]


def reachable(truth: Truth, k: int) -> NDArray[np.int64]:
    """int64[n]: how many hits a perfect ranking has among its first k, at least 1 to divide by."""
    return np.clip(truth.counts, 1, k)


def judged(figures: NDArray[np.float64], truth: Truth) -> NDArray[np.float64]:
    """float64[n]: the same figures, NaN for a person who has nothing to be found."""
    return np.where(truth.counts > 0, figures, np.nan)
