"""DuckDB: a file, opened for reading only, or a database in memory, which reads other files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from palate.databases.address import Address
from palate.databases.arrow import frames
from palate.databases.connection import BATCH
from palate.databases.sqlite import state_of_file

_LISTED = (
    "select case when table_schema = current_schema() then table_name "
    "else table_schema || '.' || table_name end from information_schema.tables "
    "where table_catalog = current_database() order by 1"
)


@dataclass
class DuckDB:
    """An open database of DuckDB."""

    connection: Any
    at: str = ""

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        reader = self.connection.sql(query).to_arrow_reader(BATCH)
        yield from frames(reader, reader.schema)

    def tables(self) -> list[str]:
        return [name for (name,) in self.connection.execute(_LISTED).fetchall()]

    def quoted(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def state(self) -> str:
        return self.at


@contextmanager
def opened(address: Address) -> Iterator[DuckDB]:
    """The database in a transaction."""
    import duckdb
    import pyarrow  # noqa: F401 - which DuckDB asks for only once it has rows

    path = address.path
    at = "" if path is None else state_of_file(path)
    with closing(duckdb.connect(str(path or ":memory:"), read_only=path is not None)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.begin()
        yield DuckDB(connection, at)
