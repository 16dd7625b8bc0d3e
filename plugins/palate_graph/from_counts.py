"""The strongest entries of each row of a scaled symmetric matrix that is kept, so that it can be updated."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.cooccurrence import ITEMS, Counts
from palate.arrays.threads import shared_out
from palate.arrays.topk import top_k_from

COUNTED = 4096
"""Items: up to here the walks are kept, at most 33 MB."""
CLOSE = np.float32(0.95)  # how far below the last weight there was the one that there is is looked for


def strongest_of(
    counts: Counts, k: int, rows: NDArray[Any], columns: NDArray[Any], last: NDArray[np.float32] | None = None
) -> sp.csr_array:
    """Sparse float32[m, m]: the k largest entries above 0 of each row of diag(rows)·C·diag(columns), but not
    of the diagonal.

    Of equal entries those with the lower column stay. `last` float32[m] is about the k-th entry of each row,
    where that is known; it may be too high or too low.
    """
    onto = columns.astype(np.float32)[counts.order]
    bound = np.full(len(onto), np.inf, np.float32) if last is None else last * CLOSE

    def search(strip: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        own = counts.columns(strip)
        block = counts.rows(strip) * rows.astype(np.float32)[own, None]
        block *= onto
        at = np.arange(len(own))
        block[at, strip * ITEMS + at] = 0
        of, near, value = top_k_from(block, counts.order, k, bound[own])
        return own[of], near, value

    of, near, value = map(np.concatenate, zip(*shared_out(search, range(len(counts.strips))), strict=True))
    entries: Any = (value, (near, of))
    found: sp.csr_array = sp.coo_array(entries, shape=(len(onto), len(onto))).tocsr().T.tocsr()
    return found  # turned twice, its columns are in order


def last_of_each(weights: sp.csr_array, k: int) -> NDArray[np.float32]:
    """float32[m]: the lowest entry of each row; 0 for a row of fewer than k."""
    held = np.diff(weights.indptr)
    last = np.full(len(held), np.inf, np.float32)
    np.minimum.at(last, np.repeat(np.arange(len(held)), held), weights.data)
    return np.where(held < k, np.float32(0), last)
