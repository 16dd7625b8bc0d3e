"""Tables and queries of databases as tables to read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from palate.databases.address import Address
from palate.databases.connection import Connection, connected
from palate.databases.queries import MANY, columns_of, query_of, spooled
from palate.errors import DataError, closest, listed
from palate.tables.format import Format
from palate.tables.spool import Spool
from palate.tables.table import Table

_SHOWN = 60


def queried(
    connection: Connection, address: Address, text: str, what: str, asked: Format, rows: bool = True
) -> Table:
    """A table or a query of an open connection, its rows fetched now unless only its columns are wanted.

    `what` is the option that `text` stands in. Raises DataError for what cannot be read, with the option.
    """
    query = query_of(connection, text, what)
    try:
        head = columns_of(connection, query)
        spool = Spool(lambda folder: spooled(connection, query, folder))
        if rows:
            spool.frame  # noqa: B018 - fetched while the connection is open
    except DataError:
        raise
    except Exception as error:  # drivers raise what they like
        said = address.without_secrets(error)
        raise DataError(f"`{what}` cannot be read: {said}") from None
    path = address.path or Path(address.shown)
    title = f"{_called(text)} of {address.shown}"
    return Table(path, "database", tuple(head.columns), asked, frame=spool if rows else head, title=title)


def database_file(path: Path, asked: Format) -> Table:
    """A table in a file of SQLite or DuckDB: the one that `asked.sheet` names, or the only one.

    Its rows are fetched when they are first wanted. Raises DataError where there are several.
    """
    address = Address.of(str(path))
    with connected(address) as connection:
        name = asked.sheet or only_table(connection, str(path), "say which with `sheet`")
        known = connection.tables()
        if name not in known:
            raise DataError(
                f"{path} has no table {name!r}.{closest(name, known)} It has {listed(known, MANY)}"
            )
        table = queried(connection, address, name, "sheet", asked, rows=False)

    def fetched(folder: Path) -> pl.LazyFrame:
        with connected(address) as connection:
            return spooled(connection, query_of(connection, name, "sheet"), folder)

    return replace(table, frame=Spool(fetched))


def only_table(connection: Connection, where: str, advice: str) -> str:
    """The one table of a database. Raises DataError, with what to do, where there are several or none."""
    known = connection.tables()
    if not known:
        raise DataError(f"{where} has no tables")
    if len(known) > 1:
        raise DataError(f"{where} has the tables {listed(known, MANY)}: {advice}")
    return known[0]


def _called(text: str) -> str:
    said = " ".join(text.split())
    if " " not in said:
        return f"table {said!r}"
    return f"the query `{said if len(said) <= _SHOWN else said[:_SHOWN] + '…'}`"
