"""The source `files`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge

from palate.data import PARTS, Dataset
from palate.digest import file_digest
from palate.errors import DataError
from palate.reading import Reading
from palate.reading.log import Log
from palate.reading.reading import given, report
from palate.tables import Format, Role, Table, locate, open_table
from palate.tables.names import Carried
from palate_files.formats import written

Paths = str | list[str]
_WHOLE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]|[a-z][a-z0-9]+:/")
"""How a path begins that does not depend on a folder: at a root, at home, or as an address."""


@dataclass
class Files:
    """Interactions from CSV, TSV, JSON, Parquet, Arrow or Excel files; items and users from others.

    Each of `interactions`, `items`, `users`, `test` and `validation` is a path, a list of paths,
    or a glob, taken from `folder`. Text files may be packed as `.gz`,
    `.bz2`, `.xz`, `.zst` or `.zip`. How a file is written is seen by itself; the options of the same
    name say it where that goes wrong.

    `columns` says which column is the `user`, `item`, `rating` and `time`, by name or, without a
    header, by place from 1; what it leaves out is recognised by the usual names
    (`palate.tables.names`), and null means that there is none. So are the `type` of an event, such
    as view and purchase, and its `label`, such as 0 and 1, which go along for a feedback to read.
    `item_columns` and `user_columns` give columns other names: `{id: movieId, title: name}`. `lists`
    splits text into lists: `{genres: "|"}`; `json` stands for lists written as JSON or Python. Whole
    numbers are ids as numbers; other ids, and those with leading zeros, are text; binary UUIDs of 16
    bytes become text.

    `time_format` is `s`, `ms`, `us` or `ns` since 1970, `days` since then, `excel` for days as Excel
    counts them, `iso`, a pattern such as `%d.%m.%Y`, or `auto`, which looks at the first values. An
    empty rating is kept as NaN, for `fill-missing`. Rows that do not read are an error that names
    their lines; `bad_rows: skip` leaves them out.

    Interactions from `test` and `validation` files make the split that `column` uses. So does a column
    with the words train, validation and test: `columns: {part: split}`.
    """

    name: ClassVar[str] = "files"

    interactions: Paths
    items: Paths | None = None
    users: Paths | None = None
    columns: dict[Role | Carried, str | int | None] = field(default_factory=dict)
    item_columns: dict[str, str] = field(default_factory=dict)
    user_columns: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    time_format: str = "auto"
    bad_rows: Literal["error", "skip"] = "error"
    test: Paths | None = None
    validation: Paths | None = None
    separator: str | None = None
    """What stands between columns of text files, `::` as well; a space is any run of spaces."""
    header: bool = True
    """Whether the first line of text files names the columns."""
    encoding: str | None = None
    """The encoding of text files, such as `cp1252` or `gb18030`."""
    quote: str | None = None
    """What surrounds fields of text files; empty if quotes are plain characters."""
    comment: str | None = None
    """What lines begin with that are comments."""
    skip_lines: Annotated[int, Ge(0)] = 0
    """How many lines stand before the table."""
    missing: list[str | int | float] = field(default_factory=list)
    """Values that stand for none, such as `[NA, "?", -1]`."""
    decimal: Literal[".", ","] | None = None
    """The decimal mark of numbers."""
    thousands: Literal["", ",", ".", " ", "'"] | None = None
    """What stands between thousands in numbers."""
    sheet: str | None = None
    """The sheet of a workbook; the first if not given."""
    item_format: dict[str, str | int | bool | list[str | int | float]] = field(default_factory=dict)
    """How the files of items are written where they differ: `{header: true, encoding: cp1252}`."""
    user_format: dict[str, str | int | bool | list[str | int | float]] = field(default_factory=dict)
    """How the files of users are written where they differ."""
    repeated: Literal["error", "first"] = "error"
    """Whether several rows of one item or user in their file are an error, or the first counts."""
    item_list: str | None = None
    """What stands between several items in one row of interactions, each an event; `json` for lists."""
    folder: str | None = None
    """The folder from which paths are taken; without it, the one where palate is started."""

    def load(self, since: int | None = None) -> Dataset:
        """Everything in the files; with `since`, in seconds since 1970, no interactions before it.

        Raises DataError for whatever does not fit, with its place.
        """
        items, users = (self._tables(what, self._paths(what), True) for what in ("items", "users"))
        return Reading.of(self).dataset(self._logs(announced=True), items, users, since)

    def gives(self) -> frozenset[str]:
        """What the columns of the files allow. Raises DataError where they cannot be looked at."""
        return given(self._logs(), self._tables("items", self._paths("items")) or ())

    def fingerprint(self) -> str:
        """A checksum of the contents of all files. Raises DataError where one is missing."""
        digest = hashlib.blake2b(digest_size=16)
        for what in ("interactions", "validation", "test", "items", "users"):
            paths = self._paths(what)
            for path in locate(paths, what) if paths is not None else ():
                digest.update(f"{what} {file_digest(path)}\n".encode())
        return digest.hexdigest()

    def _paths(self, what: str) -> Paths | None:
        """The paths of `interactions` and its like, from the folder where one is given."""
        paths: Paths | None = getattr(self, what)
        if paths is None or self.folder is None:
            return paths
        start = self.folder.rstrip("/") or "/"
        several = [paths] if isinstance(paths, str) else paths
        return [path if _WHOLE.match(path) else f"{start}/{path}" for path in several]

    def _logs(self, announced: bool = False) -> list[Log]:
        parted = self.test is not None or self.validation is not None
        if parted and self.columns.get("part") is not None:
            raise DataError("`columns.part` and files of parts (`test`, `validation`) say the same: give one")
        tables: list[tuple[Table, int | None]] = []
        for what, part in (("interactions", "train"), ("validation", "validation"), ("test", "test")):
            found = self._tables(what, self._paths(what), announced) or ()
            tables += [(table, PARTS[part] if parted else None) for table in found]
        return Reading.of(self).logs(tables)

    def _tables(self, what: str, paths: Paths | None, announced: bool = False) -> list[Table] | None:
        if paths is None:
            return None
        asked = self._format(what)
        tables = [open_table(path, asked) for path in locate(paths, what)]
        if announced:
            report(tables)
        return tables

    def _format(self, what: str) -> Format:
        own = {"items": self.item_format, "users": self.user_format}.get(what, {})
        return written(self, own, f"{what[:-1]}_format")
