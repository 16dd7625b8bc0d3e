"""Dense products: exact counts of what was met together, and scores that do not depend on the batch."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

ROWS = 64
CHUNK_BYTES = 64 * 2**20
GRAM_STEP = 400  # a step of a sparse product takes as long as this many of the product in BLAS,
SPARSE_STEP = 8  # or as this many of a sparse matrix with a dense one


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
    met = _narrow(met)
    if not isinstance(weights, np.ndarray) and _dense_is_faster(met, weights):
        weights = weights.toarray()
    out = np.empty((met.shape[0], weights.shape[1]), np.float32)
    rows = max(ROWS, -(-met.shape[0] // _cores()))

    def fill(start: int) -> None:
        product: Any = met[start : start + rows] @ weights
        out[start : start + rows] = product.toarray() if sp.issparse(product) else product

    starts = range(0, met.shape[0], rows)
    if len(starts) > 1:
        with ThreadPoolExecutor(len(starts)) as pool:
            list(pool.map(fill, starts))
    else:
        for start in starts:
            fill(start)
    return out


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m] in Fortran order, for catalogues that fit densely.

    Only the lower triangle is filled; `fill_upper` does the other. Sums of ones are exact up to
    2²⁴. Dense chunks of rows go through BLAS (`ssyrk`, half the work of a full product) unless the
    rows are so short that the sparse product is cheaper.
    """
    per_row = np.diff(matrix.indptr).astype(np.float64)
    if GRAM_STEP * np.sum(per_row**2) < matrix.shape[0] * float(matrix.shape[1]) ** 2:
        return _sparse_gram(matrix)
    return _dense_gram(matrix)


def _dense_gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    from scipy.linalg.blas import ssyrk

    n, m = matrix.shape
    out = np.zeros((m, m), np.float32, order="F")
    rows = max(1, CHUNK_BYTES // (4 * m))
    for start in range(0, n, rows):
        chunk = matrix[start : start + rows].toarray()
        out = ssyrk(1.0, chunk.T, beta=1.0, c=out, lower=1, overwrite_c=1)
    return out


def _sparse_gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    m = matrix.shape[1]
    out = np.zeros((m, m), np.float32, order="F")
    other = matrix.T.tocsr()
    columns = max(1, CHUNK_BYTES // (4 * m))
    for start in range(0, m, columns):
        block = other[start : start + columns] @ matrix
        out[:, start : start + columns] = block.toarray().T
    return out


def fill_upper(lower: NDArray[np.floating]) -> None:
    """Make a square matrix symmetric in place: what stands below the diagonal goes above it."""
    side = 512
    for start in range(0, len(lower), side):
        stop = min(start + side, len(lower))
        corner = np.tril(lower[start:stop, start:stop], -1)
        lower[start:stop, start:stop] = np.tril(lower[start:stop, start:stop]) + corner.T
        lower[start:stop, stop:] = lower[stop:, start:stop].T


def _dense_is_faster(met: sp.csr_array, weights: sp.csr_array) -> bool:
    m, n_items = weights.shape
    steps = int(np.diff(weights.indptr)[met.indices].sum())
    return bool(SPARSE_STEP * steps > (met.nnz + m) * n_items and 4 * m * n_items <= 2**30)


def _narrow(matrix: sp.csr_array) -> sp.csr_array:
    """The same with 32-bit indices where they suffice: half the memory to read."""
    if matrix.nnz >= 2**31 or matrix.indices.dtype == np.int32 == matrix.indptr.dtype:
        return matrix
    parts: Any = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(parts, shape=matrix.shape)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
