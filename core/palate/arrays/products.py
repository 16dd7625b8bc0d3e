"""Products whose result does not depend on how many rows are asked for at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.threads import cores, shared_out

ROWS = 64
CROWD = 128  # so many histories, spread out, stay in a processor's cache
FEW = 8  # a step with fewer columns than these takes as long as with these
SPARSE_STEP = 40  # a step of a sparse product takes as long as this many of one with a dense matrix


def row_product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Left @ right.T for float32[n, d] and float32[m, d], as float32[n, m].

    BLAS picks another kernel, and so another rounding, for another number of rows. Here every
    product has 64 rows, the last padded, so that one user's scores are the same alone and in a
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


@dataclass(frozen=True, eq=False)
class SparseWeights:
    """Sparse float32[m, items] that many histories are multiplied with; see `history_product`."""

    matrix: sp.csr_array

    @cached_property
    def turned(self) -> sp.csr_array:
        """The transposed, in rows; made once."""
        return narrow(self.matrix.T.tocsr())

    @cached_property
    def held(self) -> NDArray[np.int64]:
        """How many entries each row has."""
        counts: NDArray[np.int64] = np.diff(self.matrix.indptr).astype(np.int64)
        return counts


def history_product(
    histories: sp.csr_array, weights: NDArray[np.float32] | SparseWeights
) -> NDArray[np.float32]:
    """float32[n, items]: `histories`, sparse 0/1 [n, m], @ `weights`, float32[m, items], dense or sparse.

    Each sum is taken in the order of a history, by each of the ways to take it, so that
    a row is the same to the last bit whatever other rows there are. Rows of `histories` are shared out
    among the processor's cores.
    """
    histories = narrow(histories)
    if not histories.has_sorted_indices:
        histories = histories.sorted_indices()
    width = weights.shape[1] if isinstance(weights, np.ndarray) else weights.matrix.shape[1]
    out = np.empty((histories.shape[0], width), np.float32)
    rows = max(ROWS, -(-histories.shape[0] // cores()))

    def fill(start: int) -> None:
        some = histories[start : start + rows]
        if isinstance(weights, np.ndarray):
            out[start : start + rows] = some @ weights
        else:
            _sparse(some, weights, out[start : start + rows])

    shared_out(fill, range(0, histories.shape[0], rows))
    return out


def _sparse(histories: sp.csr_array, weights: SparseWeights, out: NDArray[np.float32]) -> None:
    """Fill `out` a crowd at a time, histories spread out where that is less work than leaving them sparse."""
    for start in range(0, histories.shape[0], CROWD):
        crowd = histories[start : start + CROWD]
        steps = SPARSE_STEP * int(weights.held[crowd.indices].sum())
        if weights.matrix.nnz * max(crowd.shape[0], FEW) < steps:
            out[start : start + CROWD] = (weights.turned @ crowd.T.toarray()).T
        else:
            out[start : start + CROWD] = (crowd @ weights.matrix).toarray()


def narrow(matrix: sp.csr_array) -> sp.csr_array:
    """The same with 32-bit indices where they suffice: half the memory to read."""
    if matrix.nnz >= 2**31 or matrix.indices.dtype == np.int32 == matrix.indptr.dtype:
        return matrix
    parts: Any = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(parts, shape=matrix.shape)
