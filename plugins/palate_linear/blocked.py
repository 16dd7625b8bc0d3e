"""Cholesky and the inverse of a positive definite matrix, block by block on all cores.

LAPACK divides its work by the number of threads, and so rounds otherwise with another number. Here the blocks
depend on the size of the matrix alone, each is computed by one thread, and the result is the same to the last
bit on a machine with one core and with many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.threads import shared_out

BLOCK = 512

Floats = NDArray[np.float64]


def invert(matrix: Floats) -> bool:
    """Replace the lower triangle of a symmetric matrix, float64[m, m] in C order, by that of its inverse.

    Only the lower triangle is read, and what stands above is left as it falls. Returns False, with the
    matrix spoilt, where it is not positive definite. Right-looking Cholesky, then the inverse of the factor
    and its product with itself (LAPACK's potrf, trtri and lauum by blocks).
    """
    parts = [slice(at, min(at + BLOCK, len(matrix))) for at in range(0, len(matrix), BLOCK)]
    with one_blas_thread():
        if not _factor(matrix, parts):
            return False
        _invert_factor(matrix, parts)
        _square(matrix, parts)
    return True


def _factor(matrix: Floats, parts: list[slice]) -> bool:
    """L in the lower triangle, with the inverses of its diagonal blocks in their place."""
    from scipy.linalg.lapack import dpotrf, dtrtri

    for at, own in enumerate(parts):
        factor, wrong = dpotrf(matrix[own, own], lower=1, clean=1)
        if wrong:
            return False
        inverted = np.ascontiguousarray(np.tril(dtrtri(factor, lower=1)[0]))
        matrix[own, own] = inverted
        below = parts[at + 1 :]

        def panel(rows: slice, own: slice = own, inverted: Floats = inverted) -> None:
            matrix[rows, own] = matrix[rows, own] @ inverted.T

        def rest(columns: slice, own: slice = own) -> None:
            for rows in parts[columns.start // BLOCK :]:  # so that each thread holds one block
                matrix[rows, columns] -= matrix[rows, own] @ matrix[columns, own].T

        shared_out(panel, below)
        shared_out(rest, below)
    return True


def _invert_factor(matrix: Floats, parts: list[slice]) -> None:
    """L⁻¹ in the place of L, the last column of blocks first."""
    for at in range(len(parts) - 2, -1, -1):
        own, behind = parts[at], parts[at].stop
        column = matrix[behind:, own].copy()
        corner = matrix[own, own].copy()

        def row(rows: slice, own: slice = own, behind: int = behind) -> None:
            left = matrix[rows, behind : rows.stop]
            matrix[rows, own] = -(left @ column[: rows.stop - behind]) @ corner  # noqa: B023

        shared_out(row, parts[at + 1 :])


def _square(matrix: Floats, parts: list[slice]) -> None:
    """The lower triangle of XᵀX in the place of the lower triangular X."""
    for at, own in enumerate(parts):
        column = matrix[own.start :, own].copy()

        def block(columns: slice, own: slice = own) -> None:
            matrix[own, columns] = column.T @ matrix[own.start :, columns]  # noqa: B023

        shared_out(block, parts[: at + 1])
