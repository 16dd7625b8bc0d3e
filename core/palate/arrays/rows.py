"""Rows of arrays: at length one, and the row behind each entry of a sparse array."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.read_only import read_only_csr
from palate.arrays.shallow import shallow

ROW = 64  # entries: what a row takes beside them


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[..., d] of length one along the last axis; zeros stay zeros."""
    length = lengths(vectors)
    if np.count_nonzero(length > 0) == length.size:
        return vectors / length
    unit = np.zeros_like(vectors)
    np.divide(vectors, length, out=unit, where=length > 0)
    return unit


def lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[..., 1]: the length of each vector; what `np.linalg.norm` has, without its ways of asking."""
    found: NDArray[np.float32] = np.sqrt(np.add.reduce(vectors * vectors, axis=-1, keepdims=True))
    return found


def even_bounds(matrix: sp.csr_array, number: int, count: int) -> tuple[int, int]:
    """The first row and the one behind the last of a part of so many that hold about as many entries each."""
    taken = np.concatenate([[0], np.cumsum(np.diff(matrix.indptr).astype(np.int64) + ROW)])
    first, last = (int(np.searchsorted(taken, taken[-1] * at / count)) for at in (number, number + 1))
    return first, last


def even_part(matrix: sp.csr_array, number: int, count: int) -> sp.csr_array:
    """Those rows."""
    first, last = even_bounds(matrix, number, count)
    return matrix[first:last]


def csr_of(
    data: NDArray[Any], indices: NDArray[np.int32], indptr: NDArray[np.int32], shape: tuple[int, int]
) -> sp.csr_array:
    """The sparse array of these parts, whose indices are sorted in each row, none twice; nothing is checked.

    scipy checks parts for longer than a row takes to be multiplied.
    """
    made = shallow(_empty(shape))
    made.data, made.indices, made.indptr = data, indices, indptr
    made.has_sorted_indices = made.has_canonical_format = True
    return made


def row_of_ones(items: NDArray[np.int32], width: int) -> sp.csr_array:
    """One sparse row of ones at these items, sorted, none twice; read-only, as these are from now on."""
    made = shallow(_ones(len(items), width))
    items.setflags(write=False)
    made.indices = items
    return made


def rows_of_two(one: sp.csr_array, other: sp.csr_array, rows: NDArray[np.integer]) -> sp.csr_array:
    """Rows of two sparse arrays of ones: number i is row i of the first, those behind it are of the second.

    Rows that follow each other are copied at once, so that few others among them take hardly any time.
    """
    counts = np.concatenate([np.diff(one.indptr), np.diff(other.indptr)])[rows]
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(one.indptr.dtype)
    n = one.shape[0]
    breaks = np.flatnonzero((np.diff(rows) != 1) | (rows[1:] == n)) + 1
    pieces = []
    for some in np.split(rows, breaks) if len(rows) else ():
        source, first = (one, int(some[0])) if some[0] < n else (other, int(some[0]) - n)
        pieces.append(source.indices[source.indptr[first] : source.indptr[first + len(some)]])
    indices = np.concatenate(pieces) if pieces else one.indices[:0]
    shape = (len(rows), one.shape[1])
    return csr_of(np.ones(len(indices), np.float32), indices, ends, shape)


@lru_cache(maxsize=1024)
def _ones(many: int, width: int) -> sp.csr_array:
    parts = np.ones(many, np.float32), np.zeros(many, np.int32), np.array([0, many], np.int32)
    return read_only_csr(csr_of(*parts, (1, width)))


@lru_cache(maxsize=64)
def _empty(shape: tuple[int, int]) -> sp.csr_array:
    return sp.csr_array(shape, dtype=np.float32)


def entry_rows(matrix: sp.csr_array) -> NDArray[np.int64]:
    """int64: the row of each entry of a sparse array in rows."""
    if matrix.shape[0] == 1:
        return np.zeros(len(matrix.indices), np.int64)
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))


def entries_at(
    matrix: sp.csr_array, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> NDArray[np.intp]:
    """Which entry of a sparse array, its indices sorted, is at each row and column; each must have one."""
    width = matrix.shape[1]
    keys = entry_rows(matrix) * width + matrix.indices
    found: NDArray[np.intp] = np.searchsorted(keys, rows.astype(np.int64) * width + columns)
    return found
