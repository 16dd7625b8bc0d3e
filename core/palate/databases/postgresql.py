"""PostgreSQL, and what speaks its protocol, through ADBC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from palate.databases.address import Address
from palate.databases.arrow import frames

WAIT = 10
"""Seconds to wait for a server that does not answer."""
_LISTED = (
    "select case when table_schema = current_schema() then table_name::text "
    "else table_schema || '.' || table_name end from information_schema.tables "
    "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
)
_STATE = "select system_identifier::text || ' ' || pg_current_wal_insert_lsn() from pg_control_system()"


@dataclass
class PostgreSQL:
    """An open connection in a transaction that sees one moment and can write nothing."""

    connection: Any
    at: str = ""

    def batches(self, query: str) -> Iterator[pl.DataFrame]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            yield from frames(reader, reader.schema)

    def tables(self) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(_LISTED)
            return [name for (name,) in cursor.fetchall()]

    def quoted(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def state(self) -> str:
        return self.at


@contextmanager
def opened(address: Address) -> Iterator[PostgreSQL]:
    """A connection in a read-only transaction. What its URL leaves out comes from libpq's PG variables."""
    import pyarrow  # noqa: F401 - which ADBC asks for only once it has rows
    from adbc_driver_postgresql import dbapi

    url = address.url
    if "connect_timeout" not in url:
        url += f"{'&' if '?' in url else '?'}connect_timeout={WAIT}"
    with dbapi.connect(url) as connection:
        at = _state(connection)  # before the moment that is read: what is written between counts as later
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read read only")
        yield PostgreSQL(connection, at)
        connection.rollback()


def _state(connection: Any) -> str:
    """How far the server has written; empty where it does not tell, as on a standby.

    Whatever is committed moves it, but for tables that are not logged, so it errs by reading again.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATE)
            (found,) = cursor.fetchone()
    except Exception:  # a standby, or another database of the same protocol: then every run reads
        return ""
    finally:
        connection.rollback()
    return str(found)
