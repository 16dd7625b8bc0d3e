"""Weighted means of item vectors, for many people at once."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.contracts import Vectors


def weighted_mean(weights: sp.csr_array, vectors: Vectors) -> Vectors:
    """float32[n, 1, d]: the mean of float32[items, d] with sparse weights [n, items].

    Items whose vector is all zeros have no text, and count neither above nor below the line.
    A person with nothing to count gets zeros. Each row is summed on its own, in the order its
    weights are stored, so that the result does not depend on how many people are asked for.
    """
    filled = _filled(weights, vectors)
    total = np.bincount(
        np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr)),
        weights=weights.data * filled,
        minlength=weights.shape[0],
    )
    summed: Vectors = weights @ vectors
    mean = np.zeros_like(summed)
    np.divide(summed, total.astype(np.float32)[:, None], out=mean, where=total[:, None] > 0)
    return mean[:, None, :]


def _filled(weights: sp.csr_array, vectors: Vectors) -> NDArray[np.bool_]:
    """bool[entries]: whether the item of each weight has a vector."""
    met, place = np.unique(weights.indices, return_inverse=True)
    filled: NDArray[np.bool_] = vectors[met].any(axis=1)
    return filled[place]
