"""The strongest entries of each row of a scaled symmetric matrix that is kept, so that it can be updated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.cooccurrence import ITEMS, Counts
from palate.arrays.strongest import strongest_again
from palate.arrays.threads import shared_out
from palate.arrays.topk import top_k_from

COUNTED = 4096
"""Items: up to here the walks are kept, at most 33 MB."""
CLOSE = np.float32(0.95)  # how far below the last weight there was the one that there is is looked for


@dataclass(frozen=True)
class Scaled:
    """The entries of diag(rows)·C·diag(columns), from those of C and the numbers of row and column."""

    rows: NDArray[np.float32]
    columns: NDArray[np.float32]

    @cached_property
    def size(self) -> NDArray[np.float32]:
        """float32[m]: what entries of C are divided by, column by column."""
        with np.errstate(divide="ignore"):
            return 1 / self.columns

    def __call__(self, products: Any, one: Any, other: Any) -> Any:
        return products * self.rows[one] * self.columns[other]

    def least(self, value: Any, one: Any, size: Any) -> Any:
        """The entry of C that is `value` in row `one`, and a column that divides by `size`."""
        with np.errstate(divide="ignore", over="ignore"):
            return value / self.rows[one] * size


def strongest_of(counts: Counts, k: int, scaled: Scaled) -> sp.csr_array:
    """Sparse float32[m, m]: the k largest entries above 0 of each row of the scaled C, none of the diagonal.

    Of equal entries those with the lower column stay.
    """
    onto, m = scaled.columns[counts.order], len(counts.order)

    def search(strip: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        own = counts.columns(strip)
        block = counts.rows(strip) * scaled.rows[own, None]
        block *= onto
        at = np.arange(len(own))
        block[at, strip * ITEMS + at] = 0
        of, near, value = top_k_from(block, counts.order, k, np.full(len(own), np.inf, np.float32))
        return own[of], near, value

    of, near, value = map(np.concatenate, zip(*shared_out(search, range(len(counts.strips))), strict=True))
    return _in_order(sp.coo_array((value, (near, of)), shape=(m, m)).tocsr().T)


def strongest_still(counts: Counts, k: int, scaled: Scaled, about: NDArray[np.float32]) -> sp.csr_array:
    """The same, quicker where little has changed: `about` float32[m] is near the k-th entry of each row."""
    return _in_order(strongest_again(counts, k, scaled, about * CLOSE).T.tocsr().T)


def _in_order(found: sp.csc_array) -> sp.csr_array:
    rows: sp.csr_array = found.tocsr()
    return rows  # turned twice, its columns are in order


def last_of_each(weights: sp.csr_array, k: int) -> NDArray[np.float32]:
    """float32[m]: the lowest entry of each row; 0 for a row of fewer than k."""
    held = np.diff(weights.indptr)
    last = np.full(len(held), np.inf, np.float32)
    np.minimum.at(last, np.repeat(np.arange(len(held)), held), weights.data)
    return np.where(held < k, np.float32(0), last)
