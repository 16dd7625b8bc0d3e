"""Products whose result does not depend on how many rows are asked for at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.threads import cores, shared_out

ROWS = 64
SPARSE_STEP = 20  # a step of a sparse product takes as long as this many of one with a dense matrix
SPREAD_BYTES = 2**28


def row_product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Left @ right.T for float32[n, d] and float32[m, d], as float32[n, m].

    BLAS picks another kernel, and so another rounding, for another number of rows. Here every
    product has 64 rows, the last padded, so that one person's scores are the same alone and in a
    crowd.
    """
    n = len(left)
    other = np.ascontiguousarray(right).T
    out = np.empty((n, right.shape[0]), np.float32)
    whole = n - n % ROWS
    for start in range(0, whole, ROWS):
        np.matmul(left[start : start + ROWS], other, out=out[start : start + ROWS])
    if whole < n:
        padded = np.zeros((ROWS, left.shape[1]), np.float32)
        padded[: n - whole] = left[whole:]
        out[whole:] = (padded @ other)[: n - whole]
    return out


def history_product(met: sp.csr_array, weights: NDArray[np.float32] | sp.csr_array) -> NDArray[np.float32]:
    """Met @ weights for 0/1 histories [n, m] and float32[m, items], dense or sparse, as float32[n, items].

    Each row is the sum of the weights of what the person met, in an order that `weights` alone
    decides, whatever other rows there are: first the rows of sparse weights that hold so much that
    they are quicker to add when spread out, then the others. Rows of `met` are shared out among the
    processor's cores.
    """
    met = narrow(met)
    product = partial(_dense, weights) if isinstance(weights, np.ndarray) else _mixed(weights)
    out = np.empty((met.shape[0], weights.shape[1]), np.float32)
    rows = max(ROWS, -(-met.shape[0] // cores()))

    def fill(start: int) -> None:
        out[start : start + rows] = product(met[start : start + rows])

    shared_out(fill, range(0, met.shape[0], rows))
    return out


def _dense(weights: NDArray[np.float32], met: sp.csr_array) -> NDArray[np.float32]:
    scores: NDArray[np.float32] = met @ weights
    return scores


def _mixed(weights: sp.csr_array) -> Callable[[sp.csr_array], NDArray[np.float32]]:
    """The product with sparse weights, their fullest rows spread out."""
    n_items = weights.shape[1]
    held = np.diff(weights.indptr)
    full = np.flatnonzero(SPARSE_STEP * held > n_items)
    if 4 * len(full) * n_items > SPREAD_BYTES:
        full = np.sort(np.argsort(-held, kind="stable")[: SPREAD_BYTES // (4 * n_items)])
    place = np.full(weights.shape[0], -1, np.int32)
    place[full] = np.arange(len(full), dtype=np.int32)
    spread = weights[full].toarray()

    def product(met: sp.csr_array) -> NDArray[np.float32]:
        at = place[met.indices]
        scores: NDArray[np.float32] = _part(met, at >= 0, at, len(full)) @ spread
        scores += (_part(met, at < 0, met.indices, met.shape[1]) @ weights).toarray()
        return scores

    return product


def _part(met: sp.csr_array, keep: NDArray[np.bool_], columns: NDArray[Any], width: int) -> sp.csr_array:
    """The kept entries of `met` under other column numbers."""
    rows = np.concatenate([[0], np.cumsum(keep)])[met.indptr].astype(np.int32)
    parts: Any = (met.data[keep], columns[keep], rows)
    return sp.csr_array(parts, shape=(met.shape[0], width))


def narrow(matrix: sp.csr_array) -> sp.csr_array:
    """The same with 32-bit indices where they suffice: half the memory to read."""
    if matrix.nnz >= 2**31 or matrix.indices.dtype == np.int32 == matrix.indptr.dtype:
        return matrix
    parts: Any = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(parts, shape=matrix.shape)
