"""What a batch of users did, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.read_only import freeze, read_only, read_only_csr
from palate.arrays.rows import csr_of, row_of_ones
from palate.data.strengths import Pairs, weight_matrix
from palate.errors import DataError

FEW = 4096  # events: so few are sorted in less time than scipy looks at what it is given
MARKED = 64  # bytes an event: with more pairs of users and items than this, sorting is as quick as marking


@dataclass(frozen=True)
class History:
    """The events of n users, oldest first, in compressed rows.

    User i's events are `items[indptr[i]:indptr[i + 1]]` (int32 row numbers into the catalogue).
    `ratings` (float32) and `times` (int64, seconds since 1970) run beside `items`, or are None
    where the source has none. An item may stand twice in a row, once an event.

    `strengths` (float32) say how strongly each event speaks for its item, as the recipe's feedback
    marks them; None where every event is a like of strength 1. `pairs` says what several events of one
    user with one item come to. All arrays are read-only, since many
    components get the same.
    """

    indptr: NDArray[np.int64]
    items: NDArray[np.int32]
    n_items: int
    ratings: NDArray[np.float32] | None = None
    times: NDArray[np.int64] | None = None
    strengths: NDArray[np.float32] | None = None
    pairs: Pairs = "sum"

    def __post_init__(self) -> None:
        freeze(self, "indptr", "items", "ratings", "times", "strengths")
        if len(self.items) and not self._within():
            raise DataError(
                f"a history holds row numbers from 0 to {self.n_items - 1}; there are numbers from "
                f"{self.items.min()} to {self.items.max()}"
            )

    def _within(self) -> bool:
        """Whether the items are row numbers of the catalogue."""
        if self.items.dtype == np.int32:
            highest = int(np.maximum.reduce(self.items.view(np.uint32)))  # one below 0 is beyond 2^31 there
            return highest < self.n_items
        return 0 <= int(self.items.min()) <= int(self.items.max()) < self.n_items

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many events each user has."""
        found: NDArray[np.int64] = read_only(self.indptr[1:] - self.indptr[:-1])
        return found

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """The row number of the user behind each event."""
        found: NDArray[np.int32] = read_only(np.repeat(np.arange(len(self), dtype=np.int32), self.counts))
        return found

    @cached_property
    def popularity(self) -> NDArray[np.int64]:
        """How many different users have an event with each item."""
        found: NDArray[np.int64] = read_only(np.bincount(self.different[0], minlength=self.n_items))
        return found

    @cached_property
    def different(self) -> tuple[NDArray[np.int32], NDArray[np.integer]]:
        """The items of each user, none twice, user by user in any order; and how many each has."""
        if "matrix" in self.__dict__ or not self._all_different():
            return self.matrix.indices, np.diff(self.matrix.indptr)
        return self.items, self.counts

    def _all_different(self) -> bool:
        """Whether no user has two events with one item, found without the matrix, or unknown (False)."""
        filled = np.flatnonzero(self.counts)
        if len(filled) * self.n_items > min(MARKED * len(self.items), 2**26):
            return False
        starts = np.arange(len(filled), dtype=np.int64) * self.n_items
        marked = np.zeros(len(filled) * self.n_items, bool)
        marked[np.repeat(starts, self.counts[filled]) + self.items] = True
        return int(np.count_nonzero(marked)) == len(self.items)

    @cached_property
    def matrix(self) -> sp.csr_array:
        """Users x items, float32: 1 where there is an event. Indices sorted, no entry twice."""
        if len(self) == 1:
            items = self.items.astype(np.int32)
            items.sort()
            again = items[1:] == items[:-1]
            if np.count_nonzero(again):
                items = np.concatenate([items[:1], items[1:][~again]])
            return row_of_ones(items, self.n_items)
        if len(self.items) <= FEW and len(self) * self.n_items < 2**62:
            return read_only_csr(self._few())
        matrix = self._csr(np.ones(len(self.items), np.float32))
        if not matrix.has_canonical_format:
            matrix.sum_duplicates()
            matrix.data[:] = 1.0
        return read_only_csr(matrix)

    @cached_property
    def weights(self) -> sp.csr_array:
        """Users x items, float32: how strongly each item is liked; `matrix` where nothing says so.

        It has the entries of `matrix`, in the same order.
        """
        if self.strengths is None:
            return self.matrix
        shape = (len(self), self.n_items)
        return read_only_csr(weight_matrix(self.owners, self.items, self.strengths, shape, self.pairs))

    @cached_property
    def rating_matrix(self) -> sp.csr_array:
        """Users x items, float32: the last rating given; `matrix` where the source has none."""
        if self.ratings is None:
            return self.matrix
        key = self.owners.astype(np.int64) * self.n_items + self.items
        _, last = np.unique(key[::-1], return_index=True)
        last = len(key) - 1 - last
        shape = (len(self), self.n_items)
        parts = (self.ratings[last], (self.owners[last], self.items[last]))
        return read_only_csr(sp.csr_array(parts, shape=shape))

    def take(self, users: NDArray[Any]) -> History:
        """The histories of these users (row numbers), in this order; -1 gives an empty history."""
        users = np.asarray(users, dtype=np.int64)
        counts = np.where(users >= 0, self.counts[users], 0) if len(self) else np.zeros(len(users), np.int64)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        starts = self.indptr[np.maximum(users, 0)]
        rows = np.arange(indptr[-1]) + np.repeat(starts - indptr[:-1], counts)
        return self._with(indptr, rows)

    def only(self, events: NDArray[np.bool_]) -> History:
        """The same users with only these of their events (a boolean mask over the events)."""
        counts = np.bincount(self.owners[events], minlength=len(self))
        return self._with(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), events)

    def _with(self, indptr: NDArray[np.int64], events: NDArray[Any]) -> History:
        """The events of these numbers, or of this mask, in rows that end at `indptr`."""
        return replace(
            self,
            indptr=indptr,
            items=self.items[events],
            ratings=None if self.ratings is None else self.ratings[events],
            times=None if self.times is None else self.times[events],
            strengths=None if self.strengths is None else self.strengths[events],
        )

    @classmethod
    def from_frame(cls, frame: pl.DataFrame, n_users: int, n_items: int, pairs: Pairs = "sum") -> History:
        """From interactions with `user`, `item`, and `rating`, `time` and `strength` where there are any.

        Rows must be ordered by user, as `Dataset` keeps them.
        """
        counts = np.bincount(frame["user"].to_numpy(), minlength=n_users)
        return cls(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            frame["item"].to_numpy(),
            n_items,
            frame["rating"].to_numpy() if "rating" in frame.columns else None,
            frame["time"].to_numpy() if "time" in frame.columns else None,
            frame["strength"].to_numpy() if "strength" in frame.columns else None,
            pairs,
        )

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[int]], n_items: int) -> History:
        """From one list of item row numbers a user, oldest first."""
        if len(lists) == 1:
            return cls(np.array([0, len(lists[0])], np.int64), np.array(lists[0], np.int32), n_items)
        indptr = np.concatenate([[0], np.cumsum([len(items) for items in lists])]).astype(np.int64)
        flat = np.array([item for items in lists for item in items], dtype=np.int32)
        return cls(indptr, flat, n_items)

    @classmethod
    def joined(cls, parts: Sequence[History]) -> History:
        """The users of several histories of one catalogue, one after another.

        All of them have ratings, times and strengths, or none has.
        """
        first, *_ = parts
        counts = np.concatenate([part.counts for part in parts])

        def behind(name: str) -> NDArray[Any] | None:
            missing = getattr(first, name) is None
            return None if missing else np.concatenate([getattr(part, name) for part in parts])

        return replace(
            first,
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items=np.concatenate([part.items for part in parts]),
            ratings=behind("ratings"),
            times=behind("times"),
            strengths=behind("strengths"),
        )

    @property
    def holds(self) -> tuple[bool, ...]:
        """Whether there are ratings, times, strengths: histories that hold the same can be joined."""
        return tuple(part is not None for part in (self.ratings, self.times, self.strengths))

    def _few(self) -> sp.csr_array:
        """The matrix of few events, by sorting all of them at once."""
        keys = self.owners * np.int64(self.n_items) + self.items
        keys.sort()
        again = keys[1:] == keys[:-1]
        if np.count_nonzero(again):
            keys = np.concatenate([keys[:1], keys[1:][~again]])
        ends = keys.searchsorted(np.arange(len(self) + 1) * np.int64(self.n_items)).astype(np.int32)
        items = (keys % np.int64(max(self.n_items, 1))).astype(np.int32)
        return csr_of(np.ones(len(items), np.float32), items, ends, (len(self), self.n_items))

    def _csr(self, data: NDArray[np.float32]) -> sp.csr_array:
        narrow = np.int32 if len(data) < 2**31 else np.int64
        parts = (data, self.items.astype(narrow), self.indptr.astype(narrow))
        return sp.csr_array(parts, shape=(len(self), self.n_items))
