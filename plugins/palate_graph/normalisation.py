"""Matrices weighted by the degrees of their rows and columns."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def power(degrees: NDArray[np.integer], exponent: float) -> NDArray[np.float64]:
    """Each degree to the power of the exponent, and 0 where there is no degree."""
    out = np.zeros(len(degrees))
    np.power(degrees, exponent, out=out, where=degrees > 0, dtype=np.float64)
    return out


def scaled(matrix: sp.csr_array, rows: NDArray[np.floating], columns: NDArray[np.floating]) -> sp.csr_array:
    """diag(rows) · matrix · diag(columns), float32."""
    data = matrix.data * np.repeat(rows, np.diff(matrix.indptr)) * columns[matrix.indices]
    return sp.csr_array((data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)
