"""Exact counts of items that users have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.strips import CHANGED, ITEMS, Weights, fill, move, placed, wholes
from palate.arrays.threads import shared_out

FEW = 128  # users who came or went: so few are counted quicker with those who changed
BLOCK_BYTES = 8 * 2**20
EXACT_BITS = 23  # one less than float32 has: rounding may add up to half a unit a row


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m], for catalogues that fit densely.

    Sums of ones are exact up to 2²⁴, so the result does not depend on how the work is shared out.
    """
    ordered, _, place = _by_popularity(matrix)
    square = np.zeros((len(place), len(place)), np.float32)
    starts = range(0, len(place), ITEMS)
    fill({at: square[start:, start : start + ITEMS] for at, start in enumerate(starts)}, ordered)
    fill_upper(square)
    return _renumbered(square, place)


def exact_unit(
    items: NDArray[np.integer], counts: NDArray[np.integer], weights: NDArray[np.float64]
) -> float:
    """The power of two in whose multiples float32 holds every sum of row weights over a column exactly.

    `items` has the columns of the entries row by row, `counts` how many each row has.
    """
    sums = np.bincount(items, np.repeat(weights, counts), 1)
    return float(2.0 ** (np.ceil(np.log2(max(sums.max(initial=0), 1e-30))) - EXACT_BITS))


def exact_weights(weights: NDArray[np.float64], unit: float) -> Weights:
    """The nearest multiples of the unit: their sums do not depend on the order in which they are taken."""
    return (np.rint(weights / unit) * unit).astype(np.float32)


@dataclass(frozen=True)
class Counts:
    """XᵀX in half the memory: what stands on and below the diagonal, the most frequent column first.

    `order` int32[m] has the number of the column at each place. Strip k holds the columns from place
    `ITEMS`·k up to the next strip's, and of these the rows from `ITEMS`·k on.
    """

    strips: list[NDArray[Any]]
    order: NDArray[np.int32]

    @classmethod
    def of(cls, matrix: sp.csr_array, weights: Weights | None = None) -> Counts:
        """Those of a sparse float32[n, m]; with `weights` float32[n] Xᵀ·diag(weights)·X of one of ones."""
        return cls.joined(matrix, [cls.part(matrix, 0, 1, weights)])

    @staticmethod
    def part(
        matrix: sp.csr_array, number: int, count: int, weights: Weights | None = None
    ) -> list[NDArray[Any]]:
        """Every `count`-th strip from `number` on: each is what it is among all, to the last bit."""
        ordered, order, _ = _by_popularity(matrix)
        m = len(order)
        some = range(0, m, ITEMS)[number::count]
        kind = wholes(matrix) if weights is None else None
        strips = {at // ITEMS: np.zeros((m - at, min(ITEMS, m - at)), kind or np.float32) for at in some}
        fill(strips, ordered, weights)
        return list(strips.values())

    @classmethod
    def joined(cls, matrix: sp.csr_array, parts: Sequence[list[NDArray[Any]]]) -> Counts:
        """Those of a matrix, from all parts of its strips."""
        strips = [strip for some in zip_longest(*parts) for strip in some if strip is not None]
        return cls(strips, _order(matrix))

    def changed(
        self,
        now: sp.csr_array,
        before: sp.csr_array,
        rows: NDArray[np.int32],
        weights: tuple[Weights, Weights] | None = None,
    ) -> Counts:
        """Those after rows `before` of the matrix, its columns numbered anew, have become those of `now`.

        `rows` int32[old m] is what number each old column has; all others are new. `weights` are those of the
        rows of both. Exact for ones, and for weights that `exact_weights` gave.
        """
        new = np.setdiff1d(np.arange(now.shape[1], dtype=np.int32), rows)
        order = np.concatenate([rows[self.order], new])
        m, place = len(order), np.argsort(order).astype(np.int32)
        has, had = (np.diff(matrix.indptr) > 0 for matrix in (now, before))
        kind = self._room(int(np.count_nonzero(has))) if weights is None else np.float32
        strips = [np.zeros((m - at, min(ITEMS, m - at)), kind) for at in range(0, m, ITEMS)]
        for strip, old in zip(strips, self.strips, strict=False):
            strip[: old.shape[0], : old.shape[1]] = old
        numbered = dict(enumerate(strips))
        if weights is not None:  # those of a whole row change with it
            for matrix, some, own, sign in zip((now, before), (has, had), weights, (1, -1), strict=True):
                fill(numbered, placed(matrix[np.flatnonzero(some)], place), own[some], sign)
            return Counts(strips, order)
        both = has & had
        if np.count_nonzero(has ^ had) > FEW:
            fill(numbered, placed(now[np.flatnonzero(has & ~had)], place))
            fill(numbered, placed(before[np.flatnonzero(had & ~has)], place), sign=-1)
        else:
            both = has | had
        both = np.flatnonzero(both)
        for start in range(0, len(both), CHANGED):
            some = both[start : start + CHANGED]
            move(strips, placed(now[some], place), placed(before[some], place))
        return Counts(strips, order)

    def in_order(self, often: NDArray[np.integer]) -> Counts:
        """The same with the most frequent column first, as `of` has it: nothing is told of earlier counts.

        `often` int[m] has the number of entries of each column.
        """
        order = np.argsort(-often, kind="stable").astype(np.int32)
        if np.array_equal(order, self.order):
            return self
        square = np.empty((len(order),) * 2, self.strips[0].dtype)
        for start, strip in zip(range(0, len(order), ITEMS), self.strips, strict=True):
            stop = start + strip.shape[1]
            square[start:, start:stop], square[start:stop, start:] = strip, strip.T
        at = np.argsort(self.order)[order]
        some = (square[at[start : start + ITEMS]] for start in range(0, len(at), ITEMS))
        strips = [np.ascontiguousarray(each.T)[at[k * ITEMS :]] for k, each in enumerate(some)]
        return Counts(strips, order)

    @property
    def diagonal(self) -> NDArray[np.float32]:
        """float32[m]: that of XᵀX, by the number of the column."""
        found = np.zeros(len(self.order), np.float32)
        for number, strip in enumerate(self.strips):
            found[self.columns(number)] = strip[: strip.shape[1]].diagonal()
        return found

    def narrow(self) -> Counts:
        """The same in as few bytes as hold them, where all are whole numbers."""
        kind = self._room(0)
        return Counts([strip.astype(kind, copy=False) for strip in self.strips], self.order)

    def _room(self, more: int) -> np.dtype[Any]:
        """Whole numbers that hold every product after so many more: the largest is on the diagonal."""
        return np.min_scalar_type(int(self.diagonal.max(initial=0)) + more)

    def columns(self, strip: int) -> NDArray[np.int32]:
        """The numbers of a strip's columns."""
        return self.order[strip * ITEMS : (strip + 1) * ITEMS]

    def some_rows(self, columns: NDArray[np.integer]) -> NDArray[np.float32]:
        """The whole rows of some columns, in the order of places: float32[columns, m]."""
        place = np.argsort(self.order)[columns]
        out = np.empty((len(place), len(self.order)), np.float32)
        for start, strip in zip(range(0, len(self.order), ITEMS), self.strips, strict=True):
            stop = start + strip.shape[1]
            before = place < start
            out[~before, start:stop] = strip[place[~before] - start]
            within = ~before & (place < stop)
            out[within, start:] = strip.T[place[within] - start]
        return out

    def rows(self, strip: int) -> NDArray[np.float32]:
        """The whole rows of a strip's columns, float32[columns, m]."""
        size = self.strips[strip].shape[1]
        left = [
            other[(strip - at) * ITEMS : (strip - at) * ITEMS + size]
            for at, other in enumerate(self.strips[:strip])
        ]
        return np.hstack([*left, self.strips[strip].T], dtype=np.float32)


def _by_popularity(matrix: sp.csr_array) -> tuple[sp.csr_array, NDArray[np.int32], NDArray[np.int32]]:
    """The matrix, most frequent columns first; the column at each place, and the place of each column."""
    order = _order(matrix)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return placed(matrix, place), order, place


def _order(matrix: sp.csr_array) -> NDArray[np.int32]:
    often = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.argsort(-often, kind="stable").astype(np.int32)


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
