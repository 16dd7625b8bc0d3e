"""Making the scores of some items comparable with those of others, for each user."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
Column = NDArray[np.float64]


def matched(scores: Block, others: Block, common: NDArray[np.bool_]) -> tuple[Column, Column]:
    """(slope, shift), float64[n, 1] each: slope · others + shift has the mean and variance of `scores`.

    Both are taken over those of the `common` items (bool[items]) that both have a finite score for. The
    slope is NaN for a user for whom one of the two has none, or all equal.
    """
    both = np.isfinite(scores) & np.isfinite(others) & common
    count = np.maximum(both.sum(axis=1, keepdims=True), 1)

    def moments(block: Block) -> tuple[Column, Column]:
        values = np.where(both, block, 0).astype(np.float64)
        mean = values.sum(axis=1, keepdims=True) / count
        values = np.where(both, values - mean, 0)
        return mean, np.sqrt(np.square(values).sum(axis=1, keepdims=True) / count)

    (mean, spread), (other_mean, other_spread) = moments(scores), moments(others)
    usable = (spread > 0) & (other_spread > 0)
    slope = np.where(usable, spread / np.where(usable, other_spread, 1), np.nan)
    return slope, mean - slope * other_mean
