"""The strongest pairs of columns, found from products that are kept without computing all values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.cooccurrence import Counts
from palate.arrays.strips import ITEMS
from palate.arrays.threads import shared_out
from palate.arrays.topk import best_of_rows, top_k_from

GROUP = 32  # columns that follow each other in how frequent they are, and so have about one size
ROUNDED = 1 - 1e-5  # by more than this no float32 value is off
LEAST = np.nextafter(np.float32(0), np.float32(1))

Pairs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


class Strength(Protocol):
    """How strong a pair of columns is: it grows with their product, and falls with the other's size."""

    @property
    def size(self) -> NDArray[np.float32]:
        """float32[m], by the number of the column; or what falls and grows with it."""

    def __call__(self, products: Any, one: Any, other: Any) -> Any:
        """The value of pairs, from their products and the numbers of the two columns."""

    def least(self, value: Any, one: Any, size: Any) -> Any:
        """The product that gives this value to a pair of `one` and a column of this size."""


def carried(
    last: NDArray[np.float32], before: Strength, now: Strength, growth: NDArray[np.floating]
) -> NDArray[np.float32]:
    """float32[m]: about what the last value of each column has become; 0 where it was.

    It is that of a pair with a column like itself, whose product has grown by `growth` float[m], as has the
    product of the column with itself.
    """
    out, own = np.zeros_like(last), np.flatnonzero(last > 0)
    products = before.least(last[own], own, before.size[own]) * growth[own]
    out[own] = now(products.astype(np.float32), own, own)
    return out


def strongest_again(counts: Counts, k: int, strength: Strength, near: NDArray[np.float32]) -> sp.csr_array:
    """Sparse float32[m, m]: the k strongest pairs of each column, but with itself, of those above 0.

    Row i holds those of column i, in no order. Of equal values those with the lower column stay. `near`
    float32[m] is about the k-th value of each: what cannot reach it is passed over by one comparison. It
    may be too high or too low, which takes longer.
    """
    bound = np.maximum(near, LEAST)
    found = shared_out(lambda strip: _reaching(counts, strip, strength, bound), range(len(counts.strips)))
    m = len(counts.order)
    rows = _by_row(_joined(found), m)
    held = np.diff(rows.indptr)
    short = (held < k) & (bound > LEAST)
    kept = best_of_rows(rows.data, rows.indices, held, k) & ~np.repeat(short, held)
    owner = np.repeat(np.arange(m, dtype=np.int32), held)
    pairs = [(owner[kept], rows.indices[kept], rows.data[kept])]
    if short.any():
        pairs.append(_searched(counts, np.flatnonzero(short).astype(np.int32), k, strength))
    return _by_row(_joined(pairs), m)


def _reaching(counts: Counts, strip: int, strength: Strength, bound: NDArray[np.float32]) -> Pairs:
    """The pairs in a strip that reach the bound of one of the two: (that one, the other, value)."""
    held, own, rows = counts.strips[strip], counts.columns(strip), counts.order[strip * ITEMS :]
    width, size = len(own), strength.size
    groups = np.minimum.reduceat(size[rows], np.arange(0, len(rows), GROUP))
    least = _enough(strength.least(bound[own], own, groups[:, None]), held.dtype)
    column, row, products = _entries(held, np.repeat(least, GROUP, axis=0)[: len(rows)])
    pairs = [_exactly(own[column], rows[row], products, strength, bound)]
    beyond, held = rows[width:], held[width:]  # where both are of the strip, either is one of its columns
    least = _enough(strength.least(bound[beyond], beyond, size[own].min()), held.dtype)
    column, row, products = _entries(held, least[:, None])
    pairs.append(_exactly(beyond[row], own[column], products, strength, bound))
    return _joined(pairs)


def _joined(pairs: Sequence[Pairs]) -> Pairs:
    one, other, value = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    return one, other, value


def _enough(least: Any, kind: np.dtype[Any]) -> NDArray[Any]:
    """Products that no pair of the value is below, in the kind of numbers that products are kept in."""
    if kind.kind == "f":
        enough: NDArray[Any] = np.maximum(least * ROUNDED, LEAST)
    else:
        enough = np.clip(np.ceil(least * ROUNDED), 1, np.iinfo(kind).max)
    return enough.astype(kind)


def _entries(
    held: NDArray[Any], least: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]:
    """The columns, rows and values of the entries that are large enough."""
    at = np.flatnonzero(held >= least)
    row = at // held.shape[1]
    return at - row * held.shape[1], row, held.ravel()[at].astype(np.float32, copy=False)


def _exactly(
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    products: NDArray[np.float32],
    strength: Strength,
    bound: NDArray[np.float32],
) -> Pairs:
    """Of these pairs those whose value reaches the bound of the first."""
    value = strength(products, one, other)
    there = (value >= bound[one]) & (one != other)
    return one[there], other[there], value[there]


def _searched(counts: Counts, columns: NDArray[np.int32], k: int, strength: Strength) -> Pairs:
    """The strongest pairs of some columns, looked for among all."""
    value = strength(counts.some_rows(columns), columns[:, None], counts.order)
    value[columns[:, None] == counts.order] = 0
    row, near, value = top_k_from(value, counts.order, k, np.full(len(columns), np.inf, np.float32))
    return columns[row], near.astype(np.int32), value


def _by_row(pairs: Pairs, m: int) -> sp.csr_array:
    """A row for the first of each pair: no pair is there twice, so that nothing is sorted."""
    one, other, value = pairs
    table = sp.coo_array((value, (one, other)), shape=(m, m))
    table.has_canonical_format = True
    return table.tocsr()
