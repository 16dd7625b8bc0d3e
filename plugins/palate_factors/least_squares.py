"""One small least-squares problem for each row of a sparse matrix, many at a time."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.stacks import HALF_STEPS, Stack, stacked, stacked_values, stacks, with_zeros
from palate.arrays.threads import shared_out


def solve_rows(
    matrix: sp.csr_array,
    others: NDArray[np.float32],
    common: NDArray[np.float32],
    l2: NDArray[np.floating],
    alike: bool = True,
) -> NDArray[np.float32]:
    """float32[n, d]: for each row, x in (common + Σ w y yᵀ + l2·I) x = Σ w y, over the y of its entries.

    `matrix` [n, m] holds the weights w, all 1 where `alike`, `others` float32[m, d] the y, `common`
    float32[d, d], `l2` one number for each row; a row without entries gets 0. Rows are solved as stacks of
    about equal length, shared out among the cores, so that a row's result does not depend on the others,
    to the last bit.
    """
    width = others.shape[1]
    padded, diagonal = with_zeros(others), np.arange(width)
    out = np.zeros((matrix.shape[0], width), np.float32)

    def solve(stack: Stack) -> None:
        own = stacked(matrix, stack, padded)
        weighed = own if alike else own * stacked_values(matrix, stack, matrix.data)[:, :, None]
        left = weighed.transpose(0, 2, 1) @ own
        left += common
        left[:, diagonal, diagonal] += l2[stack[0], None].astype(np.float32)
        out[stack[0]] = np.linalg.solve(left, weighed.sum(axis=1)[:, :, None])[:, :, 0]

    def row_bytes(length: int) -> int:
        return 4 * width * (length + 2 * width)

    with one_blas_thread():
        shared_out(solve, stacks(np.diff(matrix.indptr), HALF_STEPS, row_bytes))
    return out
