"""How strongly events speak for or against items, and what several events of one pair come to."""

from __future__ import annotations

from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Pairs = Literal["sum", "max", "last"]
"""What several events of one user with one item come to: their sum, the greatest, or the last."""

Strengths = NDArray[np.float32]


def combined(
    users: NDArray[np.integer], items: NDArray[np.integer], strengths: Strengths, n_items: int, pairs: Pairs
) -> tuple[NDArray[np.int64], Strengths, NDArray[np.intp]]:
    """(Keys, strengths, place): one combined strength for each pair of user and item.

    Events of one pair must stand oldest first. A key is user · n_items + item, ascending; `place` says
    for each event which of the keys is its pair's.
    """
    keys = users.astype(np.int64) * n_items + items
    known, first, place = np.unique(keys, return_index=True, return_inverse=True)
    if pairs == "sum":
        return known, np.bincount(place, strengths, len(known)).astype(np.float32), place
    if pairs == "last":
        out = np.zeros(len(known), np.float32)
        out[place] = strengths  # of several the last one is written last
        return known, out, place
    out = strengths[first].copy()
    np.maximum.at(out, place, strengths)
    return known, out, place


def opinions(
    users: NDArray[np.integer],
    items: NDArray[np.integer],
    strengths: Strengths,
    rows: NDArray[np.bool_],
    n_items: int,
    pairs: Pairs,
) -> NDArray[np.int8]:
    """int8 for each event: 1 speaks for its item, -1 against, 0 neither, or it is not among `rows`.

    Where a user's events with one item speak both ways, what they come to decides, and those that say
    otherwise count as seen only. Only events among `rows` are looked at, so that nothing outside them,
    such as what happened later, changes what comes out.
    """
    found = (np.sign(np.nan_to_num(strengths)) * rows).astype(np.int8)
    if not ((found > 0).any() and (found < 0).any()):
        return found
    some = np.flatnonzero(found)
    _, whole, place = combined(users[some], items[some], strengths[some], n_items, pairs)
    other = np.sign(whole)[place] != found[some]
    found[some[other]] = 0
    return found


def weight_matrix(
    users: NDArray[np.integer], items: NDArray[np.integer], strengths: Strengths, shape: tuple[int, int],
    pairs: Pairs,
) -> sp.csr_array:  # fmt: skip
    """Users x items, float32: the combined strength of each pair that has an event. Indices sorted."""
    keys, values, _ = combined(users, items, strengths, shape[1], pairs)
    owners, columns = keys // shape[1], (keys % shape[1]).astype(np.int32)
    ends = np.searchsorted(owners, np.arange(shape[0] + 1)).astype(np.int32)
    return sp.csr_array((values, columns, ends), shape=shape)
