"""The one kernel that turns blocks of scores into rankings."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

NOTHING = np.float32(-np.inf)


def tie_order(n_items: int, seed: int) -> NDArray[np.int32]:
    """A seeded random place for each item (int32[items]); the lower place wins a tie."""
    return np.random.default_rng(seed).permutation(n_items).astype(np.int32)


def top_k(
    scores: NDArray[np.float32],
    k: int,
    seen: sp.csr_array | None = None,
    ties: NDArray[np.int32] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k best items of each row, best first: (items int32[n, k], scores float32[n, k]).

    `scores` is float32[n, items] and is overwritten. Items in `seen` (sparse [n, items]), NaN and
    -inf are never taken; where fewer than k are left, rows end with -1 and -inf. Equal scores are
    ordered by `ties` (see `tie_order`), else by item number, so that the result does not depend on
    how many rows are given at once.
    """
    n_items = scores.shape[1]
    _mask(scores, seen)
    width = min(k, n_items)
    rows, items = _candidates(scores, width, ties)
    best, values = _sorted_rows(scores, rows, items, width, ties)
    if width < k:
        best = np.pad(best, ((0, 0), (0, k - width)), constant_values=-1)
        values = np.pad(values, ((0, 0), (0, k - width)), constant_values=NOTHING)
    return best, values


def _mask(scores: NDArray[np.float32], seen: sp.csr_array | None) -> None:
    if seen is not None:
        rows = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
        scores[rows, seen.indices] = NOTHING
    if np.isnan(scores.min(initial=0)) or np.isnan(scores.max(initial=0)):
        np.copyto(scores, NOTHING, where=np.isnan(scores))


def _candidates(
    scores: NDArray[np.float32], k: int, ties: NDArray[np.int32] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Exactly k (row, item) pairs a row, in row order."""
    n_items = scores.shape[1]
    threshold = np.partition(scores, n_items - k, axis=1)[:, n_items - k]
    taken = scores >= threshold[:, None]
    crowded = np.flatnonzero(np.count_nonzero(taken, axis=1) > k)
    for start in range(0, len(crowded), 1024):
        some = crowded[start : start + 1024]
        taken[some] = _break_ties(scores[some], threshold[some], k, ties)
    rows, items = np.nonzero(taken)
    return rows, items


def _break_ties(
    scores: NDArray[np.float32], threshold: NDArray[np.float32], k: int, ties: NDArray[np.int32] | None
) -> NDArray[np.bool_]:
    """All above the threshold, and of those at it as many, first in tie order, as make up k."""
    n_items = scores.shape[1]
    order = np.arange(n_items) if ties is None else np.argsort(ties)
    above = scores > threshold[:, None]
    level = (scores == threshold[:, None])[:, order]
    room = k - np.count_nonzero(above, axis=1)
    first = level & (np.cumsum(level, axis=1, dtype=np.int32) <= room[:, None])
    above[:, order] |= first
    return above


def _sorted_rows(
    scores: NDArray[np.float32],
    rows: NDArray[np.int64],
    items: NDArray[np.int64],
    k: int,
    ties: NDArray[np.int32] | None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    values = scores[rows, items].reshape(-1, k)
    numbers = items.reshape(-1, k).astype(np.int32)
    place = numbers if ties is None else ties[numbers]
    order = np.lexsort((place, -values), axis=1)
    values = np.take_along_axis(values, order, axis=1)
    numbers = np.take_along_axis(numbers, order, axis=1)
    numbers[values == NOTHING] = -1
    return numbers, values
