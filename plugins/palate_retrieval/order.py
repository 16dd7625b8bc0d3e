"""An order of vectors in which near ones stand together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.components.contracts import Vectors

LEAF = 16  # vectors: about as many as are in one page of memory
STEPS = 3  # of 2-means; more divide hardly better


def near_order(vectors: Vectors) -> NDArray[np.intp]:
    """The rows of float32[n, d], each once, near ones together.

    They are halved again and again: between the first and the one least like it at first, then in a few steps
    of 2-means at the median, which balances the halves. It takes n log n, and is the same with any threads.
    """
    found, left = [], [np.arange(len(vectors))]
    with one_blas_thread():
        while left:
            rows = left.pop()
            if len(rows) <= LEAF:
                found.append(rows)
                continue
            order, half = np.argsort(_along(vectors[rows]), kind="stable"), len(rows) // 2
            left += [rows[order[half:]], rows[order[:half]]]
    return np.concatenate(found) if found else np.arange(0)


def _along(vectors: Vectors) -> NDArray[np.float32]:
    """float32[n]: how far each is along the line that divides them into two groups."""
    direction = vectors[(vectors @ vectors[0]).argmin()] - vectors[0]
    for _ in range(STEPS):
        place = vectors @ direction
        upper = place > np.median(place)
        if not upper.any():
            break  # all alike
        direction = vectors[upper].mean(axis=0) - vectors[~upper].mean(axis=0)
    found: NDArray[np.float32] = vectors @ direction
    return found
