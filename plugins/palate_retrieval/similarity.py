"""Similarity of vectors, and exact search."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.rows import unit_rows
from palate.arrays.topk import top_k
from palate.components.contracts import Vectors

Measure = Literal["cosine", "dot", "euclidean"]
CELLS = 2**23


def prepared(vectors: Vectors, measure: Measure) -> Vectors:
    """float32[n, d] as they are compared: of length one for cosine. Zeros stay zeros."""
    return unit_rows(vectors) if measure == "cosine" else np.ascontiguousarray(vectors)


def nearest(queries: Vectors, vectors: Vectors, k: int, measure: Measure) -> NDArray[np.int32]:
    """int32[n, k]: the rows of `vectors`, prepared, nearest to each query; -1 where there are fewer.

    Rows of all zeros are never taken; equal ones come in the order of their row numbers.
    """
    blank = ~vectors.any(axis=1)
    squares = np.einsum("id,id->i", vectors, vectors) if measure == "euclidean" else None
    found = np.empty((len(queries), k), np.int32)
    step = max(1, CELLS // max(len(vectors), 1))
    for start in range(0, len(queries), step):
        closeness = row_product(queries[start : start + step], vectors)
        if squares is not None:
            closeness -= squares / 2  # the order of -|q - v|², as |q|² is the same for all
        closeness[:, blank] = np.nan
        found[start : start + step], _ = top_k(closeness, k)
    return found
