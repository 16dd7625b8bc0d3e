"""The events that a service kept, as a table to fit on later."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl

from palate.errors import StoreError

_COLUMNS = {
    "user": pl.String, "item": pl.String, "time": pl.Int64, "rating": pl.Float64, "type": pl.String,
    "label": pl.String,
}  # fmt: skip


def kept_events(path: str | Path) -> pl.DataFrame:
    """The events in a log, oldest first: `user`, `item`, `time` (in seconds), `rating`, `type`, `label`.

    A service may be running on it. Columns of which no event has a value are left out, so that the table can
    be written beside the source's files and read with them. Raises StoreError for what is no log.
    """
    file = Path(path)
    if not file.is_file():
        raise StoreError(f"{file} is no event log: there is no such file")
    try:
        db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            names = ", ".join(_COLUMNS)
            rows = db.execute(f"SELECT {names} FROM log WHERE kind = 'event' ORDER BY seq").fetchall()  # noqa: S608
        finally:
            db.close()
    except sqlite3.Error as error:
        raise StoreError(f"{file} is no event log: {error}") from None
    whole = [(*row[:2], None if row[2] is None else int(row[2]), *row[3:]) for row in rows]
    found = pl.DataFrame(whole, schema=_COLUMNS, orient="row")
    return found.select(name for name in _COLUMNS if name in ("user", "item") or found[name].count())
