"""From the ids and titles that users of palate type to the row numbers that components use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.data import History, Items, Query
from palate.errors import AmbiguousItem, PalateError, UnknownItem, UnknownUser, listed
from palate.pipeline.ids import row_of, rows_of
from palate.pipeline.titles import plain


@dataclass(frozen=True)
class Lookup:
    """The users and items of a fitted pipeline by id, and items by title too."""

    items: Items
    users: pl.DataFrame
    history: History
    trained: NDArray[np.bool_]
    seen: History | None = None
    disliked: History | None = None

    def query(self, user: Any = None, history: Iterable[Any] | None = None) -> Query:
        """The query of one known user, or of any user with this history."""
        if (user is None) == (history is None):
            raise PalateError("give either a known user or a history of items, one of the two")
        if history is None:
            return self.known(np.array([self.user(user)], np.int32))
        return Query(np.array([-1], np.int32), self.told(self.item_rows(history)))

    def told(self, rows: Sequence[int] | NDArray[np.integer]) -> History:
        """The history of a user who only names items: with the highest rating, and all at the latest time."""
        known, ends = self.history, np.array([0, len(rows)], np.int64)
        ratings = None if known.ratings is None else _repeated(self.highest, len(rows), np.float32)
        times = None if known.times is None else _repeated(self.latest, len(rows), np.int64)
        return History(ends, np.array(rows, np.int32), known.n_items, ratings, times)

    @cached_property
    def highest(self) -> float:
        """The highest rating of a like; 0 where there are none."""
        return 0.0 if self.history.ratings is None else float(self.history.ratings.max(initial=0))

    @cached_property
    def latest(self) -> int:
        """The time of the last like; 0 where there are none."""
        return 0 if self.history.times is None else int(self.history.times.max(initial=0))

    def known(self, rows: NDArray[np.int32]) -> Query:
        """The query of these users (row numbers), each with their history."""
        ids = np.where(self.trained[rows], rows, -1).astype(np.int32)
        disliked, seen = (None if part is None else part.take(rows) for part in (self.disliked, self.seen))
        return Query(ids, self.history.take(rows), None, disliked, seen, rows)

    def user(self, user: Any) -> int:
        """The row number of a user id."""
        row = row_of(self.users["id"], user, "a user's id")
        if row is None:
            near = self.users["id"].head(5).to_list()
            raise UnknownUser(
                f"there is no user {user!r} in this run; its {self.users.height:,} users begin with "
                f"{listed(near)}. For a new user, give a history of items"
            )
        return row

    def user_rows(self, users: Iterable[Any]) -> NDArray[np.int32]:
        """The row numbers of user ids. Raises UnknownUser that names all unknown."""
        given = several(users, "users")
        rows = rows_of(self.users["id"], given, "a user's id")
        unknown = [user for user, row in zip(given, rows, strict=True) if row < 0]
        if len(unknown) == 1:
            self.user(unknown[0])
        if unknown:
            raise UnknownUser(f"{len(unknown):,} of {len(given):,} users are unknown: {listed(unknown)}")
        return rows

    def item_rows(self, items: Iterable[Any]) -> list[int]:
        """The row numbers of items given by id or title.

        Raises UnknownItem that names all unknown, and AmbiguousItem for a title that several items have.
        """
        given = several(items, "a history")
        by_id = rows_of(self.items.ids, given, "an item").tolist()
        rows = [row if row >= 0 else self._titled(item) for item, row in zip(given, by_id, strict=True)]
        unknown = [item for item, row in zip(given, rows, strict=True) if row is None]
        if unknown:
            near = self._near(str(unknown[0]))
            raise UnknownItem(f"there is no item {listed(unknown)} in this run, by id or by title.{near}")
        return [row for row in rows if row is not None]

    def item_row(self, item: Any) -> int | None:
        """The row number of an item by id or title, None where it is unknown. Raises AmbiguousItem."""
        row = row_of(self.items.ids, item, "an item")
        return self._titled(item) if row is None else row

    def _titled(self, item: Any) -> int | None:
        """The row number of the item with a title, None where there is none. Raises AmbiguousItem."""
        found = self._titles.get(plain(str(item)), ())
        if len(found) > 1:
            ids = [self.items.ids[row] for row in found]
            raise AmbiguousItem(
                f"{len(found)} items have the title {item!r}: give the id, one of {listed(ids)}"
            )
        return found[0] if found else None

    @cached_property
    def _titles(self) -> dict[str, list[int]]:
        """The rows of the items by title, titles that look the same together."""
        rows: dict[str, list[int]] = {}
        for row, title in enumerate(self.items.titles.to_list()):
            rows.setdefault(plain(title), []).append(row)
        return rows

    def _near(self, title: str) -> str:
        titles = self.items.titles.to_list()
        inside = [name for name in titles if title.lower() in name.lower()][:3]
        near = inside or get_close_matches(title, titles, n=3, cutoff=0.5)
        return f" Near are {listed(near)}." if near else ""


@lru_cache(maxsize=256)
def _repeated(value: float, many: int, dtype: type) -> NDArray[Any]:
    """So many of a value, read-only, and the same array each time."""
    return read_only(np.full(many, value, dtype))  # type: ignore[no-any-return]


def several(values: Iterable[Any], name: str) -> Sequence[Any]:
    """The values as a list. Raises PalateError for text, and for what is no list."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise PalateError(f"{name} must be a list; got {values!r}")
    return list(values)
