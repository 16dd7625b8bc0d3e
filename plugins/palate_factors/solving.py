"""One small least-squares problem a row of a sparse matrix, many at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.threads import shared_out

CHUNK_BYTES = 16 * 2**20


def solve_rows(
    met: sp.csr_array, others: NDArray[np.float32], common: NDArray[np.float32], l2: NDArray[np.floating]
) -> NDArray[np.float32]:
    """float32[n, d]: for each row, x in (common + Σ y yᵀ + l2·I) x = Σ y, over the y it met; 0 for none.

    `met` is 0/1 [n, m], `others` float32[m, d] the y, `common` float32[d, d], `l2` one number a row.
    Rows are solved as stacks of about equal length, shared out among the cores. A stack's length
    depends on each of its rows alone, so that a row's sums, and its result to the last bit, do not
    depend on the others.
    """
    counts = np.diff(met.indptr)
    width = others.shape[1]
    padded = np.vstack([others, np.zeros((1, width), np.float32)])
    out = np.zeros((len(counts), width), np.float32)
    diagonal = np.arange(width)

    def solve(stack: tuple[NDArray[np.int64], int]) -> None:
        rows, length = stack
        places = np.arange(length)
        there = places < counts[rows][:, None]
        places = np.where(there, met.indptr[rows][:, None] + places, 0)
        theirs = padded[np.where(there, met.indices[places], len(others))]
        left = theirs.transpose(0, 2, 1) @ theirs
        left += common
        left[:, diagonal, diagonal] += l2[rows, None].astype(np.float32)
        out[rows] = np.linalg.solve(left, theirs.sum(axis=1)[:, :, None])[:, :, 0]

    with one_blas_thread():
        shared_out(solve, _stacks(counts, width))
    return out


def _stacks(counts: NDArray[np.integer], width: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """(Rows, length): those that met something, by the length that holds it: 1, 2, 3, 4, 6, 8, 12, ..."""
    lengths = np.array(sorted({2**n for n in range(32)} | {3 * 2**n for n in range(31)}))
    fit = lengths[np.searchsorted(lengths, np.maximum(counts, 1))]
    for length in np.unique(fit[counts > 0]):
        rows = np.flatnonzero((fit == length) & (counts > 0))
        size = max(1, CHUNK_BYTES // (4 * width * (int(length) + 2 * width)))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], int(length)
