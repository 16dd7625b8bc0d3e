"""Pairs without an interaction, for a loss that needs some."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


def with_negatives(interactions: Any, each: int, rng: np.random.Generator) -> Any:
    """The pairs of a 0/1 coo_matrix at 1 and, at -1, `each` others of the same user for each.

    Items are drawn uniformly; those the user has interacted with are left out.
    """
    users = np.repeat(interactions.row, each)
    items = rng.integers(interactions.shape[1], size=len(users), dtype=interactions.col.dtype)
    key = users.astype(np.int64) * interactions.shape[1] + items
    new = ~np.isin(key, interactions.row.astype(np.int64) * interactions.shape[1] + interactions.col)
    rows, columns = (
        np.concatenate([interactions.row, users[new]]),
        np.concatenate([interactions.col, items[new]]),
    )
    data = np.ones(len(rows), np.float32)
    data[interactions.nnz :] = -1
    return sp.coo_matrix((data, (rows, columns)), shape=interactions.shape)
