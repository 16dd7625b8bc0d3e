"""Exact counts of items that users have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import narrow
from palate.arrays.threads import shared_out

USERS, ITEMS = 8192, 128  # a block of these, spread out, stays in a processor's cache
BLOCK_BYTES = 8 * 2**20
THIN = 0.01  # a block with a smaller share of entries is multiplied quicker as it is


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m], for catalogues that fit densely.

    Sums of ones are exact up to 2²⁴, so the result does not depend on how the work is shared out.
    """
    ordered, _, place = _by_popularity(matrix)
    square = np.zeros((len(place), len(place)), np.float32)
    _fill([square[start:, start : start + ITEMS] for start in range(0, len(place), ITEMS)], ordered)
    fill_upper(square)
    return _renumbered(square, place)


@dataclass(frozen=True)
class Counts:
    """XᵀX in half the memory: what stands on and below the diagonal, the most frequent column first.

    `order` int32[m] has the number of the column at each place. Strip k holds the columns from place
    `ITEMS`·k up to the next strip's, and of these the rows from `ITEMS`·k on.
    """

    strips: list[NDArray[Any]]
    order: NDArray[np.int32]

    @classmethod
    def of(cls, matrix: sp.csr_array) -> Counts:
        """Those of a sparse float32[n, m]."""
        ordered, order, _ = _by_popularity(matrix)
        m = len(order)
        strips = [np.zeros((m - at, min(ITEMS, m - at)), np.float32) for at in range(0, m, ITEMS)]
        _fill(strips, ordered)
        return cls(strips, order)

    @classmethod
    def of_square(cls, square: NDArray[np.float32]) -> Counts:
        """Those that stand in a symmetric matrix."""
        m = len(square)
        return cls([square[at:, at : at + ITEMS] for at in range(0, m, ITEMS)], np.arange(m, dtype=np.int32))

    def narrow(self) -> Counts:
        """The same in as few bytes as hold them, where all are whole numbers."""
        kind = np.min_scalar_type(int(max((strip.max(initial=0) for strip in self.strips), default=0)))
        return Counts([strip.astype(kind) for strip in self.strips], self.order)

    def square(self) -> NDArray[np.float32]:
        """All of them, float32[m, m], by the numbers of the columns."""
        m = len(self.order)
        lower = np.zeros((m, m), np.float32)
        for at, strip in zip(range(0, m, ITEMS), self.strips, strict=True):
            lower[at:, at : at + ITEMS] = strip
        fill_upper(lower)
        place = np.argsort(self.order)
        return lower if (place[1:] > place[:-1]).all() else _renumbered(lower, place.astype(np.int32))

    def columns(self, strip: int) -> NDArray[np.int32]:
        """The numbers of a strip's columns."""
        return self.order[strip * ITEMS : (strip + 1) * ITEMS]

    def rows(self, strip: int) -> NDArray[Any]:
        """The whole rows of a strip's columns, float32[columns, m]."""
        size = self.strips[strip].shape[1]
        left = [
            other[(strip - at) * ITEMS : (strip - at) * ITEMS + size]
            for at, other in enumerate(self.strips[:strip])
        ]
        return np.hstack([*left, self.strips[strip].T])


def _by_popularity(matrix: sp.csr_array) -> tuple[sp.csr_array, NDArray[np.int32], NDArray[np.int32]]:
    """The matrix, most frequent columns first; the column at each place, and the place of each column."""
    m = matrix.shape[1]
    order = np.argsort(-np.bincount(matrix.indices, minlength=m), kind="stable").astype(np.int32)
    place = np.empty(m, np.int32)
    place[order] = np.arange(m, dtype=np.int32)
    parts: Any = (matrix.data, place[matrix.indices], matrix.indptr)
    return narrow(sp.csr_array(parts, shape=matrix.shape)), order, place


def _fill(strips: Sequence[NDArray[np.float32]], ordered: sp.csr_array) -> None:
    """Add the products of columns to strips of zeros.

    A strip's columns are spread out and multiplied with themselves and all less frequent ones, so
    that the work for a pair is what the less frequent of the two takes.
    """
    for start in range(0, ordered.shape[0], USERS):
        columns = ordered[start : start + USERS].T.tocsr()

        def add(strip: int, columns: sp.csr_array = columns) -> None:
            rest = _from_row(columns, strip * ITEMS)
            block = rest[:ITEMS]
            if block.nnz <= THIN * block.shape[0] * block.shape[1]:
                products = (rest @ block.T.tocsr()).toarray()
            else:
                products = rest @ np.ascontiguousarray(block.toarray().T)
            strips[strip][:] += products

        shared_out(add, range(len(strips)))


def _from_row(matrix: sp.csr_array, row: int) -> sp.csr_array:
    """The rows from one on, without a copy."""
    begin = matrix.indptr[row]
    parts: Any = (matrix.data[begin:], matrix.indices[begin:], matrix.indptr[row:] - begin)
    return sp.csr_array(parts, shape=(matrix.shape[0] - row, matrix.shape[1]))


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
