"""Vectors of the entries of sparse rows, in padded stacks of rows that hold about as many entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

STACK_BYTES = 16 * 2**20
POWERS = tuple(2**n for n in range(32))
"""Stack lengths 1, 2, 4, 8, ..."""
HALF_STEPS = tuple(sorted({*POWERS, *(3 * 2**n for n in range(31))}))
"""Stack lengths 1, 2, 3, 4, 6, 8, 12, ...: less padding, more stacks."""

Stack = tuple[NDArray[np.int64], int]


def stacks(
    counts: NDArray[np.integer], lengths: Sequence[int], row_bytes: Callable[[int], int]
) -> Iterator[Stack]:
    """(Rows, length): the rows with entries, by the shortest of the `lengths` that holds theirs.

    `counts` int[n] are the entries of each row, and `row_bytes(length)` what a row of a stack takes; a
    stack takes at most `STACK_BYTES`, or is one row. A stack's length depends on each of its rows alone,
    so that what is computed for a row is the same to the last bit whatever other rows there are.
    """
    known = np.array(lengths)
    fit = known[np.searchsorted(known, np.maximum(counts, 1))]
    for length in np.unique(fit[counts > 0]).tolist():
        rows = np.flatnonzero((fit == length) & (counts > 0))
        size = max(1, STACK_BYTES // row_bytes(length))
        for start in range(0, len(rows), size):
            yield rows[start : start + size], length


def stacked(matrix: sp.csr_array, stack: Stack, padded: NDArray[Any]) -> NDArray[Any]:
    """float[rows, length, d]: the vectors of each row's entries, zeros behind them.

    `matrix` is sparse [n, m], and `padded` float[m + 1, d] holds the vector of each column and, last,
    zeros.
    """
    there, at = _places(matrix, stack)
    vectors: NDArray[Any] = padded[np.where(there, matrix.indices[at], len(padded) - 1)]
    return vectors


def stacked_values(matrix: sp.csr_array, stack: Stack, values: NDArray[Any]) -> NDArray[Any]:
    """float[rows, length]: the values of each row's entries, zeros behind; `values` run beside entries."""
    there, at = _places(matrix, stack)
    found: NDArray[Any] = np.where(there, values[at], values.dtype.type(0))
    return found


def _places(matrix: sp.csr_array, stack: Stack) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Bool[rows, length], where an entry stands, and int[rows, length], its number; 0 where none does."""
    rows, length = stack
    places = np.arange(length)
    there = places < np.diff(matrix.indptr)[rows][:, None]
    return there, np.where(there, matrix.indptr[rows][:, None] + places, 0)


def with_zeros(vectors: NDArray[Any]) -> NDArray[Any]:
    """The vectors float[m, d] with a row of zeros behind them, as `stacked` takes them."""
    return np.vstack([vectors, np.zeros((1, vectors.shape[1]), vectors.dtype)])
