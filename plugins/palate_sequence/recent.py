"""The last events of a history, later ones counting more."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from palate.data import History


def recent(history: History, last: int, decay: float) -> sp.csr_array:
    """Users x items, float32: decay^k for the event k places before the last, of the `last` last ones.

    Each row sums to 1, or to 0 without history. An item that comes several times counts each time.
    """
    place = np.repeat(history.indptr[1:], history.counts) - 1 - np.arange(len(history.items))
    near = place < last
    some = history.only(near)
    value = decay ** place[near].astype(np.float64)
    total = np.bincount(some.owners, weights=value, minlength=len(history))
    value /= total[some.owners]
    parts = (value.astype(np.float32), (some.owners, some.items))
    return sp.coo_array(parts, shape=(len(history), history.n_items)).tocsr()
