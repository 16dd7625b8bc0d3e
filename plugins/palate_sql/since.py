"""Only what came since a moment, where the database can tell."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from palate.databases.connection import Connection
from palate.databases.queries import query_of
from palate.errors import DataError
from palate.reading.log import SAMPLE, Log


def later(connection: Connection, log: Log, text: str, since: int) -> str:
    """A query for the rows at `since` (seconds since 1970) and after, or the same where times are text.

    What it gives is looked over again, so that it may give too much, and never too little. Raises DataError
    where there are no times.
    """
    column = log.roles.get("time")
    if column is None:
        raise DataError(f"what came since a moment cannot be told: {log.table} has no times")
    query = query_of(connection, text, "interactions")
    name = connection.quoted(column)
    head = f"select * from ({query}) as palate limit {SAMPLE}"  # noqa: S608 - the user's own query
    sample = pl.concat(list(connection.batches(head)), how="vertical_relaxed")
    bound = _bound(sample[column], log, since)
    return f"select * from ({query}) as palate where {name} >= {bound}" if bound else query  # noqa: S608


def _bound(values: pl.Series, log: Log, since: int) -> str:
    """The moment as the database would write it; nothing where times are text, days or patterns."""
    from palate.tables.clock import Clock

    if values.dtype.is_temporal():
        moment = datetime.fromtimestamp(since, UTC)
        zone = "+00" if isinstance(values.dtype, pl.Datetime) and values.dtype.time_zone else ""
        return (
            f"date '{moment:%Y-%m-%d}'"
            if values.dtype == pl.Date
            else f"timestamp{zone and 'tz'} '{moment:%Y-%m-%d %H:%M:%S}{zone}'"
        )
    if not values.dtype.is_numeric():
        return ""
    clock = Clock.of(values, log.time_format, f"column {log.roles['time']!r} of {log.table}")
    return "" if clock.patterns or clock.epoch is not None else str(since * clock.per_second)
