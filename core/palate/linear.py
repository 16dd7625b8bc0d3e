"""Products whose result does not depend on how many rows are asked for at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.threads import cores, shared_out

ROWS = 64
SPARSE_STEP = 8  # a step of a sparse product takes as long as this many of one with a dense matrix


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

    Each row is the sum of the weights of what the person met, added in the order of `met`, whatever
    other rows there are and whether sparse weights are spread out to save time. Rows are shared out
    among the processor's cores.
    """
    met = narrow(met)
    if not isinstance(weights, np.ndarray) and _dense_is_faster(met, weights):
        weights = weights.toarray()
    out = np.empty((met.shape[0], weights.shape[1]), np.float32)
    rows = max(ROWS, -(-met.shape[0] // cores()))

    def fill(start: int) -> None:
        product: Any = met[start : start + rows] @ weights
        out[start : start + rows] = product.toarray() if sp.issparse(product) else product

    shared_out(fill, range(0, met.shape[0], rows))
    return out


def _dense_is_faster(met: sp.csr_array, weights: sp.csr_array) -> bool:
    m, n_items = weights.shape
    steps = int(np.diff(weights.indptr)[met.indices].sum())
    return bool(SPARSE_STEP * steps > (met.nnz + m) * n_items and 4 * m * n_items <= 2**30)


def narrow(matrix: sp.csr_array) -> sp.csr_array:
    """The same with 32-bit indices where they suffice: half the memory to read."""
    if matrix.nnz >= 2**31 or matrix.indices.dtype == np.int32 == matrix.indptr.dtype:
        return matrix
    parts: Any = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(parts, shape=matrix.shape)
