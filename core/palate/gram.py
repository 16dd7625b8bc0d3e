"""Exact counts of what was met together."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.linear import narrow
from palate.threads import shared_out

PEOPLE, ITEMS = 8192, 128  # a block of these, spread out, stays in a processor's cache
BLOCK_BYTES = 8 * 2**20
THIN = 0.01  # a block with a smaller share of entries is multiplied quicker as it is


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m], for catalogues that fit densely.

    Sums of ones are exact up to 2²⁴, so the result does not depend on how the work is shared out.
    """
    square, order = gram_by_popularity(matrix)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return _renumbered(square, place)


def gram_by_popularity(matrix: sp.csr_array) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """As `gram`, but with the most met column first, and the number of the column at each place.

    A block of columns is spread out and multiplied with itself and all that are met less, so that the
    work for a pair is what the less met of the two takes. To put the columns back into their order
    takes a second matrix, which this spares.
    """
    n, m = matrix.shape
    order = np.argsort(-np.bincount(matrix.indices, minlength=m), kind="stable").astype(np.int32)
    place = np.empty(m, np.int32)
    place[order] = np.arange(m, dtype=np.int32)
    parts: Any = (matrix.data, place[matrix.indices], matrix.indptr)
    ordered = narrow(sp.csr_array(parts, shape=matrix.shape))
    out = np.zeros((m, m), np.float32)
    for start in range(0, n, PEOPLE):
        _add_lower(ordered[start : start + PEOPLE].T.tocsr(), out)
    fill_upper(out)
    return out, order


def _add_lower(columns: sp.csr_array, out: NDArray[np.float32]) -> None:
    """Add the products of the rows of a sparse [m, people] to the lower triangle of float32[m, m]."""
    m, people = columns.shape

    def fill(start: int) -> None:
        begin = columns.indptr[start]
        parts: Any = (columns.data[begin:], columns.indices[begin:], columns.indptr[start:] - begin)
        rest = sp.csr_array(parts, shape=(m - start, people))
        block = rest[:ITEMS]
        if block.nnz <= THIN * people * ITEMS:
            products = (rest @ block.T.tocsr()).toarray()
        else:
            products = rest @ np.ascontiguousarray(block.toarray().T)
        out[start:, start : start + ITEMS] += products

    shared_out(fill, range(0, m, ITEMS))


def fill_upper(lower: NDArray[np.floating]) -> None:
    """Make a square matrix symmetric in place: what stands below the diagonal goes above it."""
    side = 512
    for start in range(0, len(lower), side):
        stop = min(start + side, len(lower))
        corner = np.tril(lower[start:stop, start:stop], -1)
        lower[start:stop, start:stop] = np.tril(lower[start:stop, start:stop]) + corner.T
        lower[start:stop, stop:] = lower[stop:, start:stop].T


def _renumbered(square: NDArray[np.float32], place: NDArray[np.int32]) -> NDArray[np.float32]:
    """Rows and columns back from the order of places."""
    out = np.empty_like(square)
    step = max(1, BLOCK_BYTES // (16 * max(len(square), 1)))

    def fill(start: int) -> None:
        np.take(square[place[start : start + step]], place, axis=1, out=out[start : start + step])

    shared_out(fill, range(0, len(square), step))
    return out
