"""From the ids and titles that people use to the row numbers that components use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import History, Items, Query
from palate.errors import PalateError, UnknownItem, UnknownUser, listed


@dataclass(frozen=True)
class Lookup:
    """The users and items of a fitted pipeline by id, and items by title too."""

    items: Items
    users: pl.DataFrame
    history: History
    trained: NDArray[np.bool_]
    seen: History | None = None
    disliked: History | None = None

    def query(self, user: Any = None, history: Sequence[Any] | None = None) -> Query:
        """The question of one known user, or of anybody with this history."""
        if (user is None) == (history is None):
            raise PalateError("recommend for a known user, or for a history of items: give one of the two")
        if history is None:
            return self.known(np.array([self.user(user)], np.int32))
        return Query(np.array([-1], np.int32), self.told(self.item_rows(history)))

    def told(self, rows: list[int]) -> History:
        """The history of somebody who only names items: liked as much as can be, and all just now."""
        told, known = History.from_lists([rows], len(self.items)), self.history
        if known.ratings is not None:
            told = replace(told, ratings=np.full(len(rows), known.ratings.max(initial=0), np.float32))
        if known.times is not None:
            told = replace(told, times=np.full(len(rows), known.times.max(initial=0), np.int64))
        return told

    def known(self, rows: NDArray[np.int32]) -> Query:
        """The question of these users (row numbers), each with what they did."""
        ids = np.where(self.trained[rows], rows, -1).astype(np.int32)
        disliked, seen = (None if part is None else part.take(rows) for part in (self.disliked, self.seen))
        return Query(ids, self.history.take(rows), None, disliked, seen)

    def user(self, user: Any) -> int:
        """The row number of a user id."""
        row = _row(self.users["id"], user)
        if row is None:
            near = self.users["id"].head(5).to_list()
            raise UnknownUser(
                f"there is no user {user!r} in this run; its {self.users.height:,} users begin with "
                f"{listed(near)}. For somebody new, give a history of items"
            )
        return row

    def item_rows(self, items: Sequence[Any]) -> list[int]:
        """The row numbers of items given by id or title. Raises UnknownItem that names all unknown."""
        rows = [self._item(item) for item in items]
        unknown = [item for item, row in zip(items, rows, strict=True) if row is None]
        if unknown:
            near = self._near(str(unknown[0]))
            raise UnknownItem(f"there is no item {listed(unknown)} in this run, by id or by title.{near}")
        return [row for row in rows if row is not None]

    def _item(self, item: Any) -> int | None:
        row = _row(self.items.ids, item)
        if row is None:
            found = (self.items.titles == str(item)).arg_true()
            row = int(found[0]) if len(found) else None
        return row

    def _near(self, title: str) -> str:
        titles = self.items.titles.to_list()
        inside = [name for name in titles if title.lower() in name.lower()][:3]
        near = inside or get_close_matches(title, titles, n=3, cutoff=0.5)
        return f" Near are {listed(near)}." if near else ""


def _row(ids: pl.Series, value: Any) -> int | None:
    if ids.dtype.is_integer():
        try:
            value = int(value)
        except (TypeError, ValueError):
            return None
    else:
        value = str(value)
    row = ids.search_sorted(value)
    return row if row < len(ids) and ids[row] == value else None
