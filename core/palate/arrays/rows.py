"""Rows of arrays: at length one, and the row behind each entry of a sparse array."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[..., d] of length one along the last axis; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit = np.zeros_like(vectors)
    np.divide(vectors, length, out=unit, where=length > 0)
    return unit


def entry_rows(matrix: sp.csr_array) -> NDArray[np.int64]:
    """int64: the row of each entry of a sparse array in rows."""
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))


def entries_at(
    matrix: sp.csr_array, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> NDArray[np.intp]:
    """Which entry of a sparse array, its indices sorted, is at each row and column; each must have one."""
    width = matrix.shape[1]
    keys = entry_rows(matrix) * width + matrix.indices
    found: NDArray[np.intp] = np.searchsorted(keys, rows.astype(np.int64) * width + columns)
    return found
