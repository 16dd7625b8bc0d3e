"""Exact counts of items that users have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import narrow
from palate.arrays.threads import shared_out

Weights = NDArray[np.float32]

USERS, ITEMS = 8192, 128  # a block of these, spread out, stays in a processor's cache
TOGETHER = 4  # strips for which the rows of changed users are laid out once
CHANGED = 1024  # users with another history, spread out at once
BLOCK_BYTES = 8 * 2**20
EXACT_BITS = 23  # one less than float32 has: rounding may add up to half a unit a row
THIN = 0.01  # a block with a smaller share of entries is multiplied quicker as it is


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m], for catalogues that fit densely.

    Sums of ones are exact up to 2²⁴, so the result does not depend on how the work is shared out.
    """
    ordered, _, place = _by_popularity(matrix)
    square = np.zeros((len(place), len(place)), np.float32)
    starts = range(0, len(place), ITEMS)
    _fill({at: square[start:, start : start + ITEMS] for at, start in enumerate(starts)}, ordered)
    fill_upper(square)
    return _renumbered(square, place)


def exact_unit(matrix: sp.csr_array, weights: NDArray[np.float64]) -> float:
    """The power of two in whose multiples float32 holds every sum of row weights over a column exactly."""
    sums = np.bincount(matrix.indices, np.repeat(weights, np.diff(matrix.indptr)), matrix.shape[1])
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
    ) -> list[NDArray[np.float32]]:
        """Every `count`-th strip from `number` on: each is what it is among all, to the last bit."""
        ordered, order, _ = _by_popularity(matrix)
        m = len(order)
        some = range(0, m, ITEMS)[number::count]
        strips = {at // ITEMS: np.zeros((m - at, min(ITEMS, m - at)), np.float32) for at in some}
        _fill(strips, ordered, weights)
        return list(strips.values())

    @classmethod
    def joined(cls, matrix: sp.csr_array, parts: Sequence[list[NDArray[np.float32]]]) -> Counts:
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
        rows of both. Exact for whole numbers, and for weights that `exact_weights` gave.
        """
        new = np.setdiff1d(np.arange(now.shape[1], dtype=np.int32), rows)
        order = np.concatenate([rows[self.order], new])
        m, place = len(order), np.argsort(order).astype(np.int32)
        strips = [np.zeros((m - at, min(ITEMS, m - at)), np.float32) for at in range(0, m, ITEMS)]
        for strip, had in zip(strips, self.strips, strict=False):
            strip[: had.shape[0], : had.shape[1]] = had
        has, had = (np.diff(matrix.indptr) > 0 for matrix in (now, before))
        numbered = dict(enumerate(strips))
        if weights is not None:  # those of a whole row change with it
            for matrix, some, own, sign in zip((now, before), (has, had), weights, (1, -1), strict=True):
                _fill(numbered, _placed(matrix[np.flatnonzero(some)], place), own[some], sign)
            return Counts(strips, order)
        _fill(numbered, _placed(now[np.flatnonzero(has & ~had)], place))
        _fill(numbered, _placed(before[np.flatnonzero(had & ~has)], place), sign=-1)
        both = np.flatnonzero(has & had)
        for start in range(0, len(both), CHANGED):
            some = both[start : start + CHANGED]
            _move(strips, _placed(now[some], place), _placed(before[some], place))
        return Counts(strips, order)

    def in_order(self, often: NDArray[np.integer]) -> Counts:
        """The same with the most frequent column first, as `of` has it: nothing is told of earlier counts.

        `often` int[m] has the number of entries of each column.
        """
        order = np.argsort(-often, kind="stable").astype(np.int32)
        if np.array_equal(order, self.order):
            return self
        square = np.vstack([self.rows(strip) for strip in range(len(self.strips))])
        at = np.argsort(self.order)[order]
        some = (square[at[start : start + ITEMS]].T[at[start:]] for start in range(0, len(at), ITEMS))
        return Counts(list(map(np.ascontiguousarray, some)), order)

    @property
    def diagonal(self) -> NDArray[np.float32]:
        """float32[m]: that of XᵀX, by the number of the column."""
        found = np.zeros(len(self.order), np.float32)
        for number, strip in enumerate(self.strips):
            found[self.columns(number)] = strip[: strip.shape[1]].diagonal()
        return found

    def narrow(self) -> Counts:
        """The same in as few bytes as hold them, where all are whole numbers."""
        kind = np.min_scalar_type(int(max((strip.max(initial=0) for strip in self.strips), default=0)))
        return Counts([strip.astype(kind) for strip in self.strips], self.order)

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
    order = _order(matrix)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return _placed(matrix, place), order, place


def _order(matrix: sp.csr_array) -> NDArray[np.int32]:
    often = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.argsort(-often, kind="stable").astype(np.int32)


def _placed(matrix: sp.csr_array, place: NDArray[np.int32]) -> sp.csr_array:
    """The matrix with each column at its place."""
    parts: Any = (matrix.data, place[matrix.indices], matrix.indptr)
    return narrow(sp.csr_array(parts, shape=matrix.shape))


def _fill(
    strips: Mapping[int, NDArray[np.float32]],
    ordered: sp.csr_array,
    weights: Weights | None = None,
    sign: int = 1,
) -> None:
    """Add the products of columns to strips, by their number, or with `sign` -1 take them away.

    A strip's columns are spread out and multiplied with themselves and all less frequent ones, so
    that the work for a pair is what the less frequent of the two takes.
    """
    for start in range(0, ordered.shape[0], USERS):
        columns = ordered[start : start + USERS].T.tocsr()
        weighed = columns
        if weights is not None:
            data = weights[start : start + USERS][columns.indices]
            weighed = sp.csr_array((data, columns.indices, columns.indptr), shape=columns.shape)

        def add(strip: int, columns: sp.csr_array = columns, weighed: sp.csr_array = weighed) -> None:
            rest, block = _from_row(weighed, strip * ITEMS), _from_row(columns, strip * ITEMS)[:ITEMS]
            if block.nnz <= THIN * block.shape[0] * block.shape[1]:
                products = (rest @ block.T.tocsr()).toarray()
            else:
                products = rest @ np.ascontiguousarray(block.toarray().T)
            strips[strip][:] += products if sign > 0 else -products

        shared_out(add, strips)


def _move(strips: Sequence[NDArray[np.float32]], now: sp.csr_array, before: sp.csr_array) -> None:
    """Add AᵀA - RᵀR to strips, with the rows A of `now` and R of `before`.

    It is DᵀA + RᵀD with D = A - R: so the work goes with what differs, not with the rows.
    """
    change, after, past = (now - before).T.tocsr(), now.toarray(), before.toarray()

    def move(first: int) -> None:
        right = np.ascontiguousarray(after[:, first * ITEMS :])
        for number in range(first, min(first + TOGETHER, len(strips))):
            at, strip = number * ITEMS, strips[number]
            stop = at + strip.shape[1]
            strip += (change[at:stop] @ right)[:, at - first * ITEMS :].T
            strip += _from_row(change, at) @ np.ascontiguousarray(past[:, at:stop])

    shared_out(move, range(0, len(strips), TOGETHER))


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
