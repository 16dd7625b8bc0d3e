"""Any other database that SQLAlchemy opens, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from palate.databases.address import Address
from palate.databases.arrow import plain
from palate.databases.connection import BATCH
from palate.databases.sqlite import framed_rows
from palate.errors import DataError, MissingLibrary

_READ_ONLY = {
    "mysql": "set transaction read only",
    "mariadb": "set transaction read only",
    "postgresql": "set transaction isolation level repeatable read read only",
    "oracle": "set transaction read only",
    "sqlite": "pragma query_only = on",
}


@dataclass
class Alchemy:
    """An open connection, in a transaction that is rolled back at the end."""

    connection: Any

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        from sqlalchemy import text

        streaming = self.connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        found = streaming.execute(text(query.replace(":", r"\:")))
        columns = list(found.keys())
        yield framed_rows([], columns)
        for rows in found.partitions(BATCH):
            yield plain(framed_rows([tuple(row) for row in rows], columns))

    def tables(self) -> list[str]:
        from sqlalchemy import inspect

        inspector = inspect(self.connection)
        return sorted([*inspector.get_table_names(), *inspector.get_view_names()])

    def quoted(self, name: str) -> str:
        return str(self.connection.dialect.identifier_preparer.quote(name))

    def state(self) -> str:
        return ""


@contextmanager
def opened(address: Address) -> Iterator[Alchemy]:
    """A connection in a transaction, read-only where the database has such."""
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(
            address.url, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True
        )
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            f"{address.shown} needs the driver {error.name}, which is not installed: pip install {error.name}"
        ) from None
    except (sqlalchemy.exc.ArgumentError, sqlalchemy.exc.NoSuchModuleError):
        raise DataError(
            f"{address.shown} is no URL that SQLAlchemy opens: it begins with a database and, after a plus, "
            "its driver, such as mysql+pymysql://"
        ) from None
    try:
        with engine.connect() as connection:
            if begin := _READ_ONLY.get(engine.dialect.name):
                connection.execute(sqlalchemy.text(begin))
            yield Alchemy(connection)
            connection.rollback()
    finally:
        engine.dispose()
