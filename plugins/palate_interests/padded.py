"""Users' item vectors in padded blocks, so that many users are computed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History
from palate_interests.weighted_mean import check_finite, check_rows

CELLS = 2**22


@dataclass(frozen=True)
class Padded:
    """Some users with the vectors of their items, float32[b, w, d], zeros where `there` is false.

    `users` int64[b] are their row numbers; `there` bool[b, w] is true for as many places from the left
    as a user has items, oldest first.
    """

    users: NDArray[np.int64]
    vectors: Vectors
    there: NDArray[np.bool_]


def padded(history: History, vectors: Vectors, latest: int, squares: bool = False) -> Iterator[Padded]:
    """The last `latest` different items of each user that have a vector, some users at a time.

    Users without any are in no block. A block holds users whose number of items rounds up to the same
    power of two, so that what is computed for a user is the same, to the last bit, in any query. At
    most about 4 million numbers are held at once, with `squares` those of all pairs of a user's items
    too.
    """
    check_rows(vectors, history.n_items)
    owners, items = last_different(history, lambda rows: vectors[rows].any(axis=1), latest)
    counts = np.bincount(owners, minlength=len(history))
    starts = np.cumsum(counts) - counts
    widths = np.where(counts > 0, 2 ** np.ceil(np.log2(np.maximum(counts, 1))).astype(np.int64), 0)
    for width in np.unique(widths[widths > 0]).tolist():
        users = np.flatnonzero(widths == width)
        step = max(1, CELLS // (width * (vectors.shape[1] + (width if squares else 0))))
        for at in range(0, len(users), step):
            some = users[at : at + step]
            place = np.arange(width)
            there = place < counts[some][:, None]
            rows = np.where(there, starts[some][:, None] + place, 0)
            block = vectors[items[rows]] * there[:, :, None]
            check_finite(block)
            yield Padded(some, block, there)


def last_different(
    history: History, usable: Callable[[NDArray[np.int32]], Any], latest: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(user, item) of the last `latest` different items of each, by their last event, oldest first.

    `usable` selects the items (row numbers) that count.
    """
    key = history.owners.astype(np.int64) * history.n_items + history.items
    _, back = np.unique(key[::-1], return_index=True)
    last = np.sort(len(key) - 1 - back)
    last = last[usable(history.items[last])]
    owners = history.owners[last]
    ends = np.cumsum(np.bincount(owners, minlength=len(history)))
    last = last[ends[owners] - np.arange(len(last)) <= latest]
    return history.owners[last], history.items[last]
