"""SQLite: through ADBC where it is installed, else through Python's own module."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from palate.databases.address import Address
from palate.databases.arrow import frames
from palate.databases.connection import BATCH, Mixed

_LISTED = (
    "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite!_%' escape '!' "
    "order by name"
)

_SETTLED = 2.0


@dataclass
class SQLite:
    """A file of SQLite, opened for reading only.

    ADBC takes the type of a column from its first rows; where a later one has another, since SQLite lets
    every value have its own, all is read again row by row, such a column as text.
    """

    rows: sqlite3.Connection
    arrow: Any = None
    at: str = ""

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        if self.arrow is None:
            yield from self._by_row(query)
            return
        with self.arrow.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH)})
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            try:
                yield from frames(reader, reader.schema)
            except (OSError, ValueError) as error:
                if "mismatch" not in str(error):
                    raise
                raise Mixed(self._by_row(query)) from None

    def _by_row(self, query: str) -> Iterator[pl.DataFrame]:
        cursor = self.rows.execute(query)
        columns = [name for name, *_ in cursor.description]
        first = cursor.fetchmany(BATCH)
        for rows in chain([first], iter(lambda: cursor.fetchmany(BATCH), [])):
            yield framed_rows(rows, columns)

    def tables(self) -> list[str]:
        return [name for (name,) in self.rows.execute(_LISTED)]

    def quoted(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def state(self) -> str:
        return self.at


def framed_rows(rows: list[Any], columns: list[str]) -> pl.DataFrame:
    """Rows as a frame; a column whose values are of several kinds as text."""
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.Null))
    try:
        return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    except (pl.exceptions.PolarsError, TypeError, OverflowError):
        values = zip(*rows, strict=True)
        return pl.DataFrame([_column(name, list(value)) for name, value in zip(columns, values, strict=True)])


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 or kinds == {int, float}:
        try:
            return pl.Series(name, values, strict=False)
        except (pl.exceptions.PolarsError, TypeError, OverflowError):
            pass
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values]
    return pl.Series(name, [None if value is None else str(value) for value in texts], dtype=pl.String)


def state_of_file(path: Path) -> str:
    """Sizes and times of change of a file and of the journal beside it.

    Nothing where it changed in the last two seconds: a clock too coarse could give the next change the same.
    """
    seen = []
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}.wal")):
        if name.is_file():
            status = name.stat()
            if time.time() - status.st_mtime < _SETTLED:
                return ""
            seen.append(f"{name.name} {status.st_size} {status.st_mtime_ns} {status.st_ino}")
    return "\n".join(seen)


@contextmanager
def opened(address: Address) -> Iterator[SQLite]:
    """The database in a transaction, which sees what was written before it began."""
    path = address.path or Path()
    at = state_of_file(path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    with ExitStack() as stack:
        rows = stack.enter_context(closing(sqlite3.connect(uri, uri=True, isolation_level=None)))
        rows.execute("pragma query_only = on")
        rows.execute("begin")
        rows.execute("select count(*) from sqlite_master").fetchone()  # the moment that is read
        arrow = None
        if find_spec("adbc_driver_sqlite") and find_spec("pyarrow"):
            from adbc_driver_sqlite import dbapi

            arrow = stack.enter_context(dbapi.connect(uri))
        yield SQLite(rows, arrow, at)
