"""What is to be made of tables, as the options of a source say it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate.reading.attributes import attributes, first_of_each, split_lists
from palate.reading.columns import carried, roles
from palate.reading.events import events
from palate.reading.log import Log
from palate.reading.matching import reconciled
from palate.reading.parts import numbered
from palate.tables import Role, Table
from palate.tables.names import Carried

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """How tables become a dataset: which column is what, how values are written, what may be left out.

    The fields are options that sources share; the source `files` documents them.
    """

    columns: Mapping[Role | Carried, str | int | None] = field(default_factory=dict)
    item_columns: Mapping[str, str] = field(default_factory=dict)
    user_columns: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    time_format: str = "auto"
    bad_rows: Literal["error", "skip"] = "error"
    decimal: str | None = None
    thousands: str | None = None
    repeated: Literal["error", "first"] = "error"
    item_list: str | None = None

    @classmethod
    def of(cls, source: object) -> Reading:
        """What the options of a source say, those that it has."""
        names = [each.name for each in fields(cls)]
        said: dict[str, Any] = {name: getattr(source, name) for name in names if hasattr(source, name)}
        return cls(**said)

    def log(self, table: Table, part: int | None = None) -> Log:
        """A table of interactions with the roles of its columns. Raises DataError where one is missing."""
        chosen = roles(table, self.columns)
        return Log(
            table,
            chosen,
            self.time_format,
            part,
            decimal=self.decimal,
            thousands=self.thousands,
            item_list=self.item_list,
            carried=carried(table, self.columns, chosen),
        )

    def logs(self, tables: Iterable[tuple[Table, int | None]]) -> list[Log]:
        """Several tables of interactions, each with its part of a split.

        Raises DataError where one has a column for what another has none.
        """
        found: list[Log] = []
        for table, part in tables:
            log = self.log(table, part)
            if found and log.names != found[0].names:
                raise DataError(_unlike(log, found[0]))
            found.append(log)
        return found

    def dataset(
        self,
        logs: Sequence[Log],
        items: Sequence[Table] | None = None,
        users: Sequence[Table] | None = None,
        since: int | None = None,
    ) -> Dataset:
        """Everything in these tables, or the interactions at `since` (seconds since 1970) and after.

        Raises DataError for whatever does not fit, with its place.
        """
        known: dict[Literal["item", "user"], pl.DataFrame | None]
        known = {"item": self._attributes("item", items), "user": self._attributes("user", users)}
        known["item"], known["user"] = split_lists(self.lists, known["item"], known["user"])
        found = numbered(events(logs, self.bad_rows == "skip"))
        if since is not None:
            found = _after(found, since, logs)
        for role in known:
            table = known[role]
            if table is not None:
                found, known[role] = reconciled(found, table, role)
        return Dataset.from_frames(found, known["item"], known["user"])

    def _attributes(
        self, role: Literal["item", "user"], tables: Sequence[Table] | None
    ) -> pl.DataFrame | None:
        columns = self.item_columns if role == "item" else self.user_columns
        if tables is None:
            if columns:
                raise DataError(f"`{role}_columns` are given and no `{role}s` file")
            return None
        found = attributes(tables, role, columns, self.decimal, self.thousands)
        return first_of_each(found, role, self.repeated == "first")


def given(logs: Sequence[Log], items: Sequence[Table]) -> frozenset[str]:
    """Which needs the columns of these tables meet."""
    known = {"time": "timestamps", "rating": "ratings"}
    found = {known[role] for role in logs[0].roles if role in known}
    return frozenset(found | ({"text"} if any(len(table.columns) > 1 for table in items) else set()))


def report(tables: Iterable[Table]) -> None:
    """Warn of what was guessed about how tables are written, each once."""
    for notice in dict.fromkeys(notice for table in tables for notice in table.notices):
        logger.warning(notice)


def _after(found: pl.DataFrame, since: int, logs: Sequence[Log]) -> pl.DataFrame:
    where = ", ".join(str(log.table) for log in logs)
    if "time" not in found.columns:
        raise DataError(f"what came since a moment cannot be told: {where} has no times")
    later = found.filter(pl.col("time") >= since)
    if later.is_empty():
        raise DataError(f"no interactions since {since} (seconds since 1970) in {where}")
    return later


def _unlike(log: Log, first: Log) -> str:
    differing = sorted(log.names ^ first.names)
    one, other = (log, first) if differing[0] in log.names else (first, log)
    return (
        f"{one.table} has a column for the {differing[0]} and {other.table} has none; "
        f"leave it out with `columns: {{{differing[0]}: null}}`"
    )
