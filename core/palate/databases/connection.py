"""Reading from a database, whatever reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Protocol

import polars as pl

from palate.databases.address import Address
from palate.errors import DataError, MissingLibrary, PalateError

BATCH = 100_000
"""Rows of a batch, where the driver can be told."""


class Connection(Protocol):
    """An open database in one read-only transaction: everything read from it is of one moment."""

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        """The rows of a query in batches; at least one, which may be empty."""
        ...

    def tables(self) -> list[str]:
        """Its tables and views, as a query would name them."""
        ...

    def quoted(self, name: str) -> str:
        """A name of a table or column as the database quotes it."""
        ...

    def state(self) -> str:
        """A text that is another one if anything was written since; empty where that cannot be told."""
        ...


class Mixed(Exception):
    """What was read has to be read again, in these batches: a column has values of several types."""

    def __init__(self, batches: Iterator[pl.DataFrame]) -> None:
        super().__init__("a column has values of several types")
        self.batches = batches


_OPENED = {
    "sqlite": "palate.databases.sqlite",
    "duckdb": "palate.databases.duckdb",
    "postgresql": "palate.databases.postgresql",
    "sqlalchemy": "palate.databases.alchemy",
}


@contextmanager
def connected(address: Address) -> Iterator[Connection]:
    """A connection, closed at the end.

    What a driver raises becomes a DataError in one sentence, without passwords and without the driver's
    own error behind it, whose text may hold them. Raises MissingLibrary where the driver is not installed.
    """
    module = import_module(_OPENED[address.engine])
    opened: AbstractContextManager[Connection] = module.opened(address)
    said = ""
    try:
        with opened as connection:
            yield connection
        return
    except PalateError:
        raise
    except ImportError as error:
        raise MissingLibrary(
            f"{address.shown} needs the library {error.name}, which is not installed: "
            f'pip install "palate[sql]"{_or_own(address)}'
        ) from None
    except Exception as error:  # drivers raise what they like
        said = _first(address.without_secrets(error))
    raise DataError(f"{address.shown}: {said}")


def _or_own(address: Address) -> str:
    return " and the driver of the database" if address.engine == "sqlalchemy" else ""


def _first(said: str) -> str:
    """What a driver said, without the names of layers that passed it on."""
    for start in ("INVALID_ARGUMENT: ", "INTERNAL: ", "IO: ", "NOT_FOUND: ", "UNKNOWN: ", "[libpq] "):
        said = said.removeprefix(start)
    return said or "the driver reports an error without words"
