"""The factors of users, known or not, from their histories."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.stacks import POWERS, Stack, stacked, stacked_values, stacks, with_zeros
from palate.arrays.threads import shared_out
from palate.data import History


def fold_in(
    history: History, items: NDArray[np.float32], alpha: float, l2: float, strength: bool = False
) -> NDArray[np.float32]:
    """float32[n, d]: each user's factors x, given the items' factors Y (float32[items, d]).

    Hu, Koren and Volinsky (2008): (YᵀY + (alpha - 1)·YᵤᵀYᵤ + l2·I) x = alpha·Σ Yᵤ, with Yᵤ the rows of
    Y in the user's history, each once; 0 without history. With `strength` the confidence of a row is alpha
    times how strongly it is liked. Solved as stacks of users whose histories are
    about as long, so that a user's factors do not depend on the others in the query, to the last bit.
    """
    matrix, width = history.matrix, items.shape[1]
    weights = history.weights.data if strength and history.strengths is not None else None
    common = items.T @ items + np.float32(l2) * np.eye(width, dtype=np.float32)
    padded = with_zeros(items)
    out = np.zeros((len(history), width), np.float32)

    def solve(stack: Stack) -> None:
        own = stacked(matrix, stack, padded)
        if weights is None:
            left = common + np.float32(alpha - 1) * (own.transpose(0, 2, 1) @ own)
            right = np.float32(alpha) * own.sum(axis=1)
        else:
            confidence = np.float32(alpha) * stacked_values(matrix, stack, weights)[:, :, None]
            left = common + (own * (confidence - 1)).transpose(0, 2, 1) @ own
            right = (own * confidence).sum(axis=1)
        out[stack[0]] = np.linalg.solve(left, right[:, :, None])[:, :, 0]

    with one_blas_thread():
        shared_out(solve, stacks(np.diff(matrix.indptr), POWERS, lambda length: 4 * length * width))
    return out
