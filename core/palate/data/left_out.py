"""What a score loses when an item is left out of the history: explanations of scores that are no sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from palate.arrays.rows import entry_rows
from palate.data.contributions import Contributions
from palate.data.query import Query

BLOCK = 512
"""How many histories are scored at a time."""

Pairs = Callable[[Query, NDArray[np.int32]], NDArray[np.floating]]


def left_out(query: Query, items: NDArray[np.int32], scores: Pairs) -> Contributions:
    """By how much the score of one item a user falls without each item of the history.

    `scores(query, items)` gives float[n], each user's score of one item (int32[n]), from the history
    alone; it is called for `BLOCK` histories at a time. A part is the score less the score without all
    events with that item; it is negative where the item makes the score fall. The parts are no shares of a
    sum (of two items that say the same each adds nothing alone): `rest` is the score less all parts. Where
    the history has no other item the score without it counts as 0.

    Leave-one-out, also called occlusion: Zeiler and Fergus (2014), "Visualizing and Understanding
    Convolutional Networks"; Li, Monroe and Jurafsky (2016), "Understanding Neural Networks through
    Representation Erasure".
    """
    matrix = query.history.matrix
    owners = entry_rows(matrix)
    whole = np.asarray(scores(query, items), np.float64)
    without = np.zeros(matrix.nnz)
    for entries in _blocks(matrix.nnz):
        users, missing = owners[entries], matrix.indices[entries]
        asked = _without(query, users, missing)
        some = asked.history.counts > 0
        rows = np.flatnonzero(some)
        if len(rows):
            without[entries[some]] = scores(asked.take(rows), items[users[rows]])
    past = whole[owners] - without
    rest = whole - np.bincount(owners, weights=past, minlength=len(query))
    return Contributions(rest, past, exact=False)


def _blocks(n: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, n, BLOCK):
        yield np.arange(start, min(start + BLOCK, n))


def _without(query: Query, users: NDArray[np.integer], items: NDArray[np.integer]) -> Query:
    """One row for each pair: the history of the user without the item."""
    taken = query.history.take(users)
    kept = taken.items != np.repeat(items, taken.counts)
    return Query(query.users[users], taken.only(kept))
