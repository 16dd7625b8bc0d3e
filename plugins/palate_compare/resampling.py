"""Many resamples at once, with sums that are exact and so do not depend on threads or batches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
FEWEST = 1_000
DRAWS = 2 * 10**9
CELLS = 2**21


def enough(n: int) -> int:
    """How many resamples of n users: 10,000, fewer only where that would take minutes.

    The interval of a mean over a million users is as good with 2,000.
    """
    return max(FEWEST, min(RESAMPLES, DRAWS // max(n, 1)))


def on_grid(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values float64[n, entries, m] as whole numbers, and what a unit of each is worth (float64[m]).

    The grid is as fine as lets any sum of n of them stay below 2⁵²: a sum of whole numbers that
    small has no rounding in float64, whatever the order of its terms. For 6,040 users that is
    2⁻³⁸ of the largest value.
    """
    bits = 52 - int(np.ceil(np.log2(max(len(values), 2)))) - 1
    largest = np.abs(values).max(axis=(0, 1), initial=0.0)
    unit = np.exp2(np.ceil(np.log2(np.where(largest > 0, largest, 1.0))) - bits)
    return np.rint(values / unit), unit


def bootstrap_sums(
    whole: NDArray[np.float64], resamples: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """float64[resamples, m]: the sum of each column over n users drawn with replacement.

    The same users are drawn for all columns, so that the difference of two columns' sums is the
    sum of their paired differences. Efron, Bootstrap methods, Annals of Statistics 1979.
    """
    n = len(whole)
    sums = np.empty((resamples, whole.shape[1]))
    step = max(1, CELLS // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = rng.integers(0, n, (rows, n), dtype=np.int32)
        drawn += np.arange(0, rows * n, n, dtype=np.int32)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)
        np.matmul(counts.astype(np.float64), whole, out=sums[start : start + rows])
    return sums


def flipped_sums(whole: NDArray[np.float64], resamples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """float64[resamples, m]: the sum of each column with the sign of each user drawn at random.

    The same signs are drawn for all columns, so that this too is linear in the columns.
    """
    n = len(whole)
    sums = np.empty((resamples, whole.shape[1]))
    total = whole.sum(axis=0)
    step = max(1, CELLS // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        bits = np.unpackbits(
            np.frombuffer(rng.bytes(rows * (-(-n // 8))), np.uint8).reshape(rows, -1), axis=1
        )
        kept = bits[:, :n].astype(np.float64) @ whole
        sums[start : start + rows] = 2 * kept - total
    return sums
