"""Biases and factors from ratings: one ridge regression a row."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.stacks import HALF_STEPS, Stack, stacked, stacked_values, stacks, with_zeros
from palate.arrays.threads import shared_out

Floats = NDArray[np.float32]


def solve_ratings(
    rated: sp.csr_array, factors: Floats, biases: Floats, mean: float, l2: float
) -> tuple[Floats, Floats]:
    """(factors float32[n, d], biases float32[n]) of the rows of `rated` [n, m], given those of its columns.

    For each row the x that is least in Σ (rating - mean - bias_j - x·[factors_j, 1])² + l2·count·‖x‖²
    over its entries j; zeros for a row without. Rows are solved in float64 in stacks that depend on each
    row alone, so that a row comes out the same to the last bit whatever others there are.
    """
    width = factors.shape[1] + 1
    padded = with_zeros(np.hstack([factors, np.ones((len(factors), 1), np.float32)]).astype(np.float64))
    residual = rated.data.astype(np.float64) - mean - biases[rated.indices]
    counts = np.diff(rated.indptr)
    out = np.zeros((len(counts), width))
    diagonal = np.arange(width)

    def solve(stack: Stack) -> None:
        rows, _ = stack
        own = stacked(rated, stack, padded)
        left = own.transpose(0, 2, 1) @ own
        left[:, diagonal, diagonal] += l2 * counts[rows, None]
        right = own.transpose(0, 2, 1) @ stacked_values(rated, stack, residual)[:, :, None]
        out[rows] = np.linalg.solve(left, right)[:, :, 0]

    with one_blas_thread():
        shared_out(solve, stacks(counts, HALF_STEPS, lambda length: 8 * width * (length + 2 * width)))
    return out[:, :-1].astype(np.float32), out[:, -1].astype(np.float32)
