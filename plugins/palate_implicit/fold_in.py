"""The factors of users, known or not, from their histories."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.threads import shared_out
from palate.data import History

CHUNK_BYTES = 16 * 2**20


def fold_in(history: History, items: NDArray[np.float32], alpha: float, l2: float) -> NDArray[np.float32]:
    """float32[n, d]: each user's factors x, given the items' factors Y (float32[items, d]).

    Hu, Koren and Volinsky (2008): (YᵀY + (alpha - 1)·YᵤᵀYᵤ + l2·I) x = alpha·Σ Yᵤ, with Yᵤ the rows of
    Y in the user's history, each once; 0 without history. Solved as stacks of users whose histories are
    about as long. A stack's length is the power of two above each of its histories, so that a
    user's sums, and so their factors to the last bit, do not depend on the others in the query.
    """
    matrix = history.matrix
    counts = np.diff(matrix.indptr)
    common = items.T @ items + np.float32(l2) * np.eye(items.shape[1], dtype=np.float32)
    padded = np.vstack([items, np.zeros((1, items.shape[1]), np.float32)])
    out = np.zeros((len(counts), items.shape[1]), np.float32)

    def solve(stack: tuple[NDArray[np.int64], int]) -> None:
        users, length = stack
        places = np.arange(length)
        there = places < counts[users][:, None]
        places = np.where(there, matrix.indptr[users][:, None] + places, 0)
        own = padded[np.where(there, matrix.indices[places], len(items))]
        left = common + np.float32(alpha - 1) * (own.transpose(0, 2, 1) @ own)
        right = np.float32(alpha) * own.sum(axis=1)
        out[users] = np.linalg.solve(left, right[:, :, None])[:, :, 0]

    with one_blas_thread():
        shared_out(solve, _stacks(counts, 4 * items.shape[1]))
    return out


def _stacks(counts: NDArray[np.integer], row_bytes: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """(Users, length): those with some history, by the power of two that holds it."""
    power = np.ceil(np.log2(np.maximum(counts, 1))).astype(np.int64)
    for exponent in np.unique(power[counts > 0]):
        users = np.flatnonzero((power == exponent) & (counts > 0))
        length = 2 ** int(exponent)
        size = max(1, CHUNK_BYTES // (length * row_bytes))
        for start in range(0, len(users), size):
            yield users[start : start + size], length
