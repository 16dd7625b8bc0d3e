"""A run that is served: its pipeline with ids, titles and attributes at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data.attributes import Values
from palate.holding import Hold
from palate.pipeline import Pipeline
from palate.pipeline.ids import row_of
from palate_serve.conditions import matching
from palate_serve.messages import Condition
from palate_serve.numbered import Numbered

_MASKS = 50_000_000  # bytes of what conditions leave that are kept
_CONDITIONS = 256  # different ones whose masks are kept
_EAGER = 200_000


@dataclass(eq=False)
class ServedRun:
    """A fitted pipeline with what one answer needs, looked up once; `recipe` is None where none was kept."""

    name: str
    pipeline: Pipeline
    folder: Path | None = None
    recipe: dict[str, Any] | None = None
    metrics: list[dict[str, Any]] = field(default_factory=list)
    checked: dict[str, float] = field(default_factory=dict)
    """The recall of each index, measured when the run was opened."""
    held: Hold | None = None
    """The claim on the folder: nobody changes a run that is served."""
    _masks: OrderedDict[str, NDArray[np.bool_]] = field(default_factory=OrderedDict)

    _values: dict[str, Values | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids: list[Any] = self.pipeline.items.ids.to_list()
        self.titles: list[str] = self.pipeline.items.titles.to_list()
        self.users: list[Any] = self.pipeline.users["id"].to_list()
        self._items = {str(each): row for row, each in enumerate(self.ids)}
        self._numbered = Numbered.of(self.ids)
        self._as_given: dict[Any, int] = {}
        if self._numbered is None:
            self._as_given = {each: row for row, each in enumerate(self.ids)}
        self._users = {str(each): row for row, each in enumerate(self.users)}
        if len(self.ids) <= _EAGER:
            self.item("")  # titles are looked through once, now rather than while somebody waits

    def user(self, user: Any) -> int | None:
        """The row number of a user, None where the run does not know them."""
        row = self._users.get(str(user))
        return row if row is not None else row_of(self.pipeline.users["id"], user, "a user's id")

    def item(self, item: Any) -> int | None:
        """The row number of an item by id or title, None where it is unknown. Raises AmbiguousItem."""
        row = self._items.get(str(item))
        return row if row is not None else self.pipeline.lookup.item_row(item)

    def rows_of(self, history: Sequence[Any]) -> NDArray[np.int32] | None:
        """int32: the row numbers of a history that is all known ids, as most are; None for any other."""
        if self._numbered is not None and (found := self._numbered.rows_of(history)) is not None:
            return found
        try:
            rows: list[Any] = list(map(self._as_given.__getitem__, history))
        except (KeyError, TypeError):  # a number as text, an event with more than its item, an unknown id
            rows = [self._items.get(each if type(each) is str else str(each)) for each in history]
        return None if None in rows else np.array(rows, np.int32)

    def item_by_id(self, item: str) -> int | None:
        """The row number of an item by the id that `key` gives."""
        return self._items.get(item)

    def attributes(self, row: int, names: list[str] | None = None) -> dict[str, Any]:
        """The attributes of an item by name; all of them unless some are named."""
        wanted = self.names if names is None else names
        return {name: self.pipeline.items.frame[name][row] for name in wanted}

    @cached_property
    def names(self) -> list[str]:
        """The attributes that items have."""
        return self.pipeline.items.attributes

    def mask(self, where: dict[str, Condition]) -> NDArray[np.bool_]:
        """bool[items]: which items meet all conditions. Raises Refused for an attribute that there is not."""
        key = repr(sorted(where.items()))
        found = self._masks.get(key)
        if found is None:
            found = self._masks[key] = matching(self.pipeline.items, where, self._values)
            if len(self._masks) > min(_CONDITIONS, max(4, _MASKS // max(len(self.ids), 1))):
                self._masks.popitem(last=False)
        return found

    def search(self, text: str, k: int) -> list[int]:
        """The rows of at most k items whose title has all these words; those first that users know best."""
        words = [word for word in text.lower().split() if word]
        titles = self._lowered
        hit = pl.Series(np.ones(len(titles), bool))
        for word in words:
            hit &= titles.str.contains(word, literal=True)
        rows = np.flatnonzero(hit.to_numpy())
        known = self.pipeline.history.popularity[rows]
        found: list[int] = rows[np.argsort(-known, kind="stable")[:k]].tolist()
        return found

    def users_like(self, start: str) -> Iterator[str]:
        """The ids, as text, of users that begin so."""
        found = self._user_texts.filter(self._user_texts.str.starts_with(start))
        return iter(found) if start else iter(self._user_texts)

    @cached_property
    def _user_texts(self) -> pl.Series:
        return self.pipeline.users["id"].cast(pl.String)

    @cached_property
    def _lowered(self) -> pl.Series:
        return self.pipeline.items.titles.str.to_lowercase()
