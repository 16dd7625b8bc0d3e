"""The one kernel that turns blocks of scores into rankings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.rows import entry_rows
from palate.arrays.ties import Keys, items_at, places

NOTHING = np.float32(-np.inf)
GROUPS = (16, 8, 4, 2)
WIDE_ROWS = 512
PAIRS = 2**14  # so few are compared each with each in less time
LAST = np.int64(2**31 - 1)
LOWEST = np.int64(-(2**63))

Scores = NDArray[np.float32]
Pairs = tuple[NDArray[Any], NDArray[Any]]


def top_k(
    scores: Scores, k: int, seen: sp.csr_array | None = None, ties: Keys | None = None
) -> tuple[NDArray[np.int32], Scores]:
    """The k best items of each row, best first: (items int32[n, k], scores float32[n, k]).

    `scores` is float32[n, items] and is overwritten; one that cannot be is copied. Items in `seen`
    (sparse [n, items]), NaN and -inf are never taken; where fewer than k are left, rows end with -1 and
    -inf. Equal scores are ordered at random by the row's key in `ties` (uint32[n], see
    `palate.arrays.ties`), else by item number, so that the result does not depend on how many rows are
    given at once.
    """
    n, n_items = scores.shape
    best, values = np.full((n, k), -1, np.int32), np.full((n, k), NOTHING)
    if not (n and n_items and k):
        return best, values
    if not scores.flags.writeable:
        scores = scores.copy()
    _mask(scores, seen)
    if n == 1 and (found := _of_one(scores[0], min(k, n_items), lambda: ties)) is not None:
        best[0, : len(found)], values[0, : len(found)] = found, scores[0, found]
        return best, values
    rows, items = _candidates(scores, min(k, n_items), ties)
    counts = np.bincount(rows, minlength=n)
    keys = np.full((n, max(k, int(counts.max()))), LOWEST)
    keys[rows, np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]] = _keys(
        scores[rows, items], items, None if ties is None else ties[rows]
    )
    keys.sort(axis=1)
    there, at = np.nonzero(keys[:, : -k - 1 : -1] > LOWEST)
    found = LAST - (keys[there, -1 - at] & 0xFFFFFFFF)
    best[there, at] = found if ties is None else items_at(found, ties[there])
    values[there, at] = scores[there, best[there, at]]
    return best, values


def top_k_of_one(
    scores: Scores, k: int, seen: NDArray[np.integer] | None, ties: Callable[[], Keys]
) -> tuple[NDArray[np.int32], Scores]:
    """What `top_k` gives for float32[1, items], in less time; `seen` are items, and it is overwritten too.

    `ties` is asked for the row's key only where equal scores are to be ordered.
    """
    row, n_items = scores[0], scores.shape[1]
    if not row.flags.writeable:
        scores = scores.copy()
        row = scores[0]
    if seen is not None:
        row[seen] = NOTHING
    found = _of_one(row, min(k, n_items), ties) if n_items and k else None
    if found is None:
        return top_k(scores, k, None, ties())
    if len(found) == k:
        return found.astype(np.int32)[None], row[found][None]
    best, values = np.full((1, k), -1, np.int32), np.full((1, k), NOTHING)
    best[0, : len(found)], values[0, : len(found)] = found, row[found]
    return best, values


def top_k_of(
    scores: Scores,
    items: NDArray[np.integer],
    k: int,
    without: NDArray[np.integer] | None,
    ties: Callable[[], Keys],
) -> tuple[NDArray[np.int32], Scores]:
    """The k best of some items of one row, each once: what `top_k` finds where all others are NaN.

    `scores` float32[m] run beside `items` int[m], those in `without` are never taken; (items int32[j], scores
    float32[j]) come out, best first, without padding. `ties` is asked for the row's key only where equal
    scores are to be ordered.
    """
    without = items[:0] if without is None else without
    some = _not_among(scores, _bound(scores[None], k + len(without))[0], items, without)
    if len(some) < k:  # NaN among the scores makes the bound too high
        some = _not_among(scores, NOTHING, items, without)
    left, values = items[some], scores[some]
    order = values.argsort()[: -k - 2 : -1]
    best = values[order]
    if np.count_nonzero(best[1:] == best[:-1]):  # of k + 1, as the last may be as good as the one after
        order = _keys(values, left, ties()).argsort()[::-1]
    order = order[:k]
    return left[order].astype(np.int32), values[order]


def _not_among(
    scores: Scores, bound: np.float32, items: NDArray[np.integer], others: NDArray[np.integer]
) -> NDArray[np.intp]:
    """The places of scores that reach a bound, but of other items."""
    some: NDArray[np.intp] = ((scores >= bound) & (scores > NOTHING)).nonzero()[0]
    if not len(others):
        return some
    left = items[some]
    many = len(left) * len(others) > PAIRS
    apart = (
        np.isin(left, others, invert=True) if many else np.logical_and.reduce(left[:, None] != others, axis=1)
    )
    return some[apart]


def top_k_others(block: Scores, rows: NDArray[np.integer], k: int) -> tuple[NDArray[np.int32], Scores]:
    """The k best other items of each of some items, of the scores above 0: as `top_k` gives them.

    `block` is float32[n, items], what the items `rows` (int[n]) score with all items, themselves
    included; it is overwritten.
    """
    block[np.arange(len(rows)), rows] = 0
    block[block <= 0] = NOTHING
    return top_k(block, k)


def top_k_from(
    scores: Scores, items: NDArray[np.integer], k: int, bound: Scores
) -> tuple[NDArray[np.intp], NDArray[np.integer], Scores]:
    """The k best scores above 0 of each row, quicker where about how large the last of them is is known.

    `scores` is float32[n, m], `items` int[m] the number of each column, `bound` float32[n]; no score is NaN.
    Where fewer than k reach a row's bound one is found that k do. Equal scores go to the lower number, as in
    `top_k`. (Row, item, score) come out, one for each that is taken, the rows in order.
    """
    least = np.nextafter(np.float32(0), np.float32(1))
    bound = np.maximum(bound, least)
    at = np.flatnonzero(scores >= bound[:, None])
    counts = np.bincount(at // scores.shape[1], minlength=len(scores))
    short = np.flatnonzero((counts < k) & (bound > least))
    if len(short):
        bound[short] = _bound(scores[short], k)
        return top_k_from(scores, items, k, bound)
    rows = np.repeat(np.arange(len(scores)), counts)
    values, numbers = scores.ravel()[at], items[at - rows * scores.shape[1]]
    kept = best_of_rows(values, numbers, counts, k)
    return rows[kept], numbers[kept], values[kept]


def best_of_rows(
    values: Scores, numbers: NDArray[np.integer], counts: NDArray[np.integer], k: int
) -> NDArray[np.bool_]:
    """Which of the values of some rows are the k best of theirs; equal ones go to the lower number.

    The values stand row by row, `counts` int[rows] of them in each, and `numbers` beside them.
    """
    if not len(values) or counts.max() <= k:
        return np.ones(len(values), bool)
    bar = np.full(len(counts), NOTHING)
    for some in ((counts > k) & (counts <= 2 * k), counts > 2 * k):
        sizes = counts[some]
        there = np.arange(sizes.max(initial=k)) < sizes[:, None]
        held = np.full(there.shape, NOTHING)
        held[there] = values[np.repeat(some, counts)]
        held.sort(axis=1)  # searching for the k-th is slow where many are equal
        bar[some] = held[:, -k]
    kept: NDArray[np.bool_] = values >= np.repeat(bar, counts)
    starts = np.cumsum(counts) - counts
    taken = np.diff(np.concatenate([[0], np.cumsum(kept)])[np.append(starts, len(kept))])
    tied = taken > k  # more than one equals the last
    if tied.any():
        again = np.repeat(tied, counts)
        keys = _keys(values[again], numbers[again], None)
        sizes = counts[tied]
        order = np.lexsort((~keys, np.repeat(np.arange(len(sizes)), sizes)))
        place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        kept[np.flatnonzero(again)[order]] = place < k
    return kept


def _mask(scores: Scores, seen: sp.csr_array | None) -> None:
    if seen is not None:
        scores[entry_rows(seen), seen.indices] = NOTHING
    if np.isnan(scores.min()) or np.isnan(scores.max()):
        np.copyto(scores, NOTHING, where=np.isnan(scores))


def _of_one(row: Scores, k: int, ties: Callable[[], Keys | None]) -> NDArray[np.intp] | None:
    """The k best of one row; None where many items have nearly as much, or fewer have a score."""
    bound = _bound(row[None], k)[0]
    items = (row >= bound).nonzero()[0]
    if not k <= len(items) <= 4 * k + 32 or not bound > NOTHING:  # NaN among the scores leaves too few
        return None
    scores = row[items]
    order = scores.argsort()[: -k - 2 : -1]
    best = scores[order]
    if np.count_nonzero(best[1:] == best[:-1]):  # of k + 1, as the last may be as good as the one after
        order = _keys(scores, items, ties()).argsort()[::-1]
    found: NDArray[np.intp] = items[order[:k]]
    return found


def _candidates(scores: Scores, k: int, ties: Keys | None) -> Pairs:
    """(Row, item) pairs, in row order, among which are the k best of each row, and not many others."""
    bound = np.maximum(_bound(scores, k), np.finfo(np.float32).min)
    rows, items = np.nonzero(scores >= bound[:, None])
    counts = np.bincount(rows, minlength=len(scores))
    wide = np.flatnonzero(counts > 4 * k + 32)
    if not len(wide):
        return rows, items
    narrow = counts[rows] <= 4 * k + 32
    parts = [(rows[narrow], items[narrow])]
    for start in range(0, len(wide), WIDE_ROWS):
        some = wide[start : start + WIDE_ROWS]
        row, item = np.nonzero(_exactly(scores[some], k, None if ties is None else ties[some]))
        parts.append((some[row], item))
    rows, items = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], items[order]


def _bound(scores: Scores, k: int) -> Scores:
    """A score for each row that at least k items reach, and seldom many more.

    The items are dealt into groups, and the k-th best of the groups' best is taken: one pass over
    the scores, and a small rest to be searched.
    """
    n_items = scores.shape[1]
    size = next((size for size in GROUPS if n_items // size >= 2 * k), 0)
    if not size:
        return np.full(len(scores), NOTHING)
    groups = n_items // size
    best = np.maximum.reduce(scores[:, : groups * size].reshape(-1, size, groups), axis=1)
    best.partition(groups - k, axis=1)
    bound: Scores = best[:, groups - k]
    return bound


def _exactly(scores: Scores, k: int, ties: Keys | None) -> NDArray[np.bool_]:
    """Which k of each row are best, ties included: bool[n, items]."""
    items = np.arange(scores.shape[1], dtype=np.int64)[None, :]
    keys = _keys(scores, items, None if ties is None else ties[:, None])
    at = scores.shape[1] - k
    taken: NDArray[np.bool_] = (keys >= np.partition(keys, at, axis=1)[:, at, None]) & (scores > NOTHING)
    return taken


def _keys(scores: Scores, items: NDArray[Any], ties: Keys | None) -> NDArray[np.int64]:
    """Score and place as one whole number, higher is better.

    Sorting such numbers is several times as fast as sorting by two keys, and no two are equal:
    searching for the k-th of many equal numbers is slow.
    """
    bits = (scores + np.float32(0)).view(np.int32)  # adding 0 makes -0 and 0 the same
    ordered = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    place = items if ties is None else places(items, ties)
    keys: NDArray[np.int64] = (ordered.astype(np.int64) << 32) | (LAST - place)
    return keys
