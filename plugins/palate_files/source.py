"""The source `files`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.digest import file_digest
from palate.errors import DataError
from palate.tables import Role, Table, locate
from palate_files.attributes import attributes, split_lists
from palate_files.columns import roles
from palate_files.events import events
from palate_files.log import Log

Paths = str | list[str]


@dataclass
class Files:
    """Interactions from CSV, TSV, JSON lines or Parquet files; items and people from others.

    Each of `interactions`, `items`, `users`, `test` and `validation` is a path, a list of paths,
    or a glob, taken from the folder where palate is started. Text files may be packed as `.gz`,
    `.zst` or `.zip`.

    `columns` says which column is the `user`, `item`, `rating` and `time`; what it leaves out is
    recognised by the usual names (`palate.tables.names`), and null means that there is none.
    `item_columns` and `user_columns` give columns other names: `{id: movieId, title: name}`.
    `lists` splits text into lists: `{genres: "|"}`. Whole numbers are ids as numbers; other ids,
    and those with leading zeros, are text; binary UUIDs of 16 bytes become text.

    `time_format` is `s`, `ms`, `us` or `ns` since 1970, `iso`, a pattern such as `%d.%m.%Y`, or
    `auto`, which looks at the first values. An empty rating is kept as NaN, for `fill-missing`.
    Rows that do not read are an error that names their lines; `bad_rows: skip` leaves them out.

    Interactions from `test` and `validation` files make the split that `column` uses.
    """

    name: ClassVar[str] = "files"

    interactions: Paths
    items: Paths | None = None
    users: Paths | None = None
    columns: dict[Role, str | None] = field(default_factory=dict)
    item_columns: dict[str, str] = field(default_factory=dict)
    user_columns: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    time_format: str = "auto"
    bad_rows: Literal["error", "skip"] = "error"
    test: Paths | None = None
    validation: Paths | None = None
    separator: str | None = None
    """What stands between columns of text files; recognised if not given."""
    header: bool = True
    """Whether the first line of text files names the columns."""

    def load(self) -> Dataset:
        """Everything in the files. Raises DataError for whatever does not fit, with its place."""
        items = self._attributes("items", self.items, self.item_columns)
        users = self._attributes("users", self.users, self.user_columns)
        items, users = split_lists(self.lists, items, users)
        return Dataset.from_frames(events(self._logs(), self.bad_rows == "skip"), items, users)

    def gives(self) -> frozenset[str]:
        """What the columns of the files allow. Raises DataError where they cannot be looked at."""
        known = {"time": "timestamps", "rating": "ratings"}
        found = {known[role] for role in self._logs()[0].roles if role in known}
        if self.items is not None and any(
            len(table.columns) > 1 for table in self._tables("items", self.items)
        ):
            found.add("text")
        return frozenset(found)

    def fingerprint(self) -> str:
        """A checksum of the contents of all files. Raises DataError where one is missing."""
        digest = hashlib.blake2b(digest_size=16)
        for what in ("interactions", "validation", "test", "items", "users"):
            paths = getattr(self, what)
            for path in locate(paths, what) if paths is not None else ():
                digest.update(f"{what} {file_digest(path)}\n".encode())
        return digest.hexdigest()

    def _logs(self) -> list[Log]:
        given = self.test is not None or self.validation is not None
        logs: list[Log] = []
        for what, part in (("interactions", "train"), ("validation", "validation"), ("test", "test")):
            paths = getattr(self, what)
            for table in self._tables(what, paths) if paths is not None else ():
                chosen = roles(table, self.columns)
                if logs and set(chosen) != set(logs[0].roles):
                    raise DataError(_unlike(table, chosen, logs[0]))
                logs.append(Log(table, chosen, self.time_format, PARTS[part] if given else None))
        return logs

    def _attributes(
        self, what: Literal["items", "users"], paths: Paths | None, columns: dict[str, str]
    ) -> pl.DataFrame | None:
        if paths is None:
            if columns:
                raise DataError(f"`{what[:-1]}_columns` are given and no `{what}` file")
            return None
        return attributes(self._tables(what, paths), "item" if what == "items" else "user", columns)

    def _tables(self, what: str, paths: Paths) -> list[Table]:
        return [Table.open(path, self.separator, self.header) for path in locate(paths, what)]


def _unlike(table: Table, chosen: dict[Role, str], first: Log) -> str:
    differing = sorted(set(chosen) ^ set(first.roles))
    one, other = (table.path, first.table.path) if differing[0] in chosen else (first.table.path, table.path)
    return (
        f"{one} has a column for the {differing[0]} and {other} has none; "
        f"leave it out with `columns: {{{differing[0]}: null}}`"
    )
