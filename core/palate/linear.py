"""Dense products: exact counts of what was met together, and scores that do not depend on the batch."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

ROWS = 64
CHUNK_BYTES = 64 * 2**20
SPARSE_COST = 400.0  # one step of a sparse product takes as long as this many of a dense one


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


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m] in Fortran order, for catalogues that fit densely.

    Only the lower triangle is filled; `fill_upper` does the other. Sums of ones are exact up to
    2²⁴. Dense chunks of rows go through BLAS (`ssyrk`, half the work of a full product) unless the
    rows are so short that the sparse product is cheaper.
    """
    per_row = np.diff(matrix.indptr).astype(np.float64)
    if SPARSE_COST * np.sum(per_row**2) < matrix.shape[0] * float(matrix.shape[1]) ** 2:
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
