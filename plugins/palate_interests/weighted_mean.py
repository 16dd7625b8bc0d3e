"""Weighted means of item vectors, for many users at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import row_sums
from palate.arrays.rows import entry_rows
from palate.arrays.shallow import shallow
from palate.components.contracts import Vectors
from palate.data import History
from palate.errors import ComponentError

FEW = 1000  # so few vectors are looked at faster than each of them once


def weighted_mean(weights: sp.csr_array, vectors: Vectors) -> Vectors:
    """float32[n, 1, d]: the mean of float32[items, d] with sparse weights [n, items].

    Items whose vector is all zeros have no text and do not count. The sum is divided by the absolute
    weights, so that negative ones push away. A user without an item that counts gets zeros. Each row is
    summed on its own, in the order in which its weights are stored, so that the result does not depend
    on the other users. Raises ComponentError where the vectors are not those of the items, or hold NaN.
    """
    check_rows(vectors, weights.shape[1])
    summed: Vectors = row_sums(weights, vectors)
    check_finite(summed)
    total = _totals(weights, _filled(weights, vectors))
    if np.count_nonzero(total > 0) == len(total):
        return (summed / total.astype(np.float32)[:, None])[:, None, :]
    mean = np.zeros_like(summed)
    np.divide(summed, total.astype(np.float32)[:, None], out=mean, where=total[:, None] > 0)
    return mean[:, None, :]


def _totals(weights: sp.csr_array, filled: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64[n]: the sum of the absolute weights of the items that have a vector, in their order."""
    counted = np.abs(weights.data) * filled
    return np.bincount(entry_rows(weights), weights=counted, minlength=weights.shape[0])


def shares(weights: sp.csr_array, vectors: Vectors) -> sp.csr_array:
    """Sparse float32[n, items] whose product with the vectors is `weighted_mean` of the same."""
    filled = _filled(weights, vectors)
    total = _totals(weights, filled)[entry_rows(weights)]
    part = np.divide(weights.data * filled, total, out=np.zeros(len(total)), where=total > 0)
    found = shallow(weights)  # scipy checks what it is given for longer than a row takes
    found.data = part.astype(np.float32)
    return found


def by_event(history: History, weights: NDArray[np.float32]) -> sp.csr_array:
    """The weight of each event as a sparse array [n, items], in the order of the events."""
    return sp.csr_array((weights, history.items, history.indptr), shape=(len(history), history.n_items))


def check_rows(vectors: Vectors, n_items: int) -> None:
    """Raise ComponentError unless there is one vector for each item."""
    if vectors.ndim != 2 or len(vectors) != n_items:
        raise ComponentError(
            f"interests need one vector for each item, [{n_items}, d]; got an array of shape {vectors.shape}"
        )


def check_finite(made: NDArray[Any]) -> None:
    """Raise ComponentError where interests show that some item vectors hold NaN or infinite numbers."""
    if np.count_nonzero(np.isfinite(made)) < made.size:
        raise ComponentError(
            "some item vectors hold NaN or infinite numbers, so interests cannot be computed; "
            "give zeros to an item that has no vector"
        )


def _filled(weights: sp.csr_array, vectors: Vectors) -> NDArray[np.bool_]:
    """bool[entries]: whether the item of each weight has a vector."""
    first = vectors[:, 0][weights.indices] != 0 if vectors.shape[1] else np.zeros(len(weights.indices), bool)
    if np.count_nonzero(first) == len(first):
        return first  # most vectors begin with another number than 0, so that few are read to their end
    if len(weights.indices) < FEW:
        few: NDArray[np.bool_] = vectors[weights.indices].any(axis=1)
        return few
    items, place = np.unique(weights.indices, return_inverse=True)
    filled: NDArray[np.bool_] = vectors[items].any(axis=1)
    return filled[place]
