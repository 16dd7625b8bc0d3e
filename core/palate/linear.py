"""Products whose result does not depend on how many rows are asked for at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS = 64


def row_product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Left @ right.T for float32[n, d] and float32[m, d], as float32[n, m].

    BLAS picks another kernel, and so another rounding, for another number of rows. Here every
    product has 64 rows, the last padded, so that one person's scores are the same alone and in a
    crowd.
    """
    n = len(left)
    other = np.ascontiguousarray(right).T
    out = np.empty((n, right.shape[0]), np.float32)
    whole = n - n % ROWS
    for start in range(0, whole, ROWS):
        np.matmul(left[start : start + ROWS], other, out=out[start : start + ROWS])
    if whole < n:
        padded = np.zeros((ROWS, left.shape[1]), np.float32)
        padded[: n - whole] = left[whole:]
        out[whole:] = (padded @ other)[: n - whole]
    return out
