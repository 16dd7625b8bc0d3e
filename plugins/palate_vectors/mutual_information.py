"""Mutual information between features and labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def binned(wide: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    """int64[n, d]: the bin, from 0, of each feature of float64[n, d]; bins hold equally many rows.

    Equal values are in one bin, so that some bins may stay empty.
    """
    edges = np.quantile(wide, np.arange(1, bins) / bins, axis=0)
    found = np.zeros(wide.shape, np.int64)
    for edge in edges:
        found += wide > edge
    return found


def mutual_information(
    features: NDArray[np.int64], bins: int, labels: NDArray[np.float32]
) -> NDArray[np.float64]:
    """float64[d]: for each feature int64[n, d] of so many bins, in nats, the sum over labels of its
    mutual information with having the label, float32[n, labels] of 0 and 1.
    """
    n = len(features)
    has = labels.sum(axis=0, dtype=np.float64)
    worth = np.zeros(features.shape[1])
    for number in range(bins):
        inside = (features == number).astype(np.float32)
        size = inside.sum(axis=0, dtype=np.float64)[:, None]
        both = (inside.T @ labels).astype(np.float64)
        worth += _terms(both, size * has, n).sum(axis=1)
        worth += _terms(size - both, size * (n - has), n).sum(axis=1)
    return np.maximum(worth, 0)


def _terms(together: NDArray[np.float64], apart: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """p(x, y) log(p(x, y) / (p(x) p(y))) from counts; 0 where nothing was counted."""
    some = together > 0
    ratio = np.divide(together * n, apart, out=np.ones_like(together), where=some)
    terms: NDArray[np.float64] = together / n * np.log(ratio)
    return terms
