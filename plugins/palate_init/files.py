"""Opening a file of which nothing is known."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from palate.tables import Format, Table, locate, open_table

_DATA = re.compile(r"-?\d+(\.\d+)?(_duplicated_\d+)?")


def opened(path: Path, what: str) -> Table:
    """The table in a file; one whose first line is nothing but numbers has no header."""
    (found, *_) = locate(str(path), what)
    table = open_table(found)
    if table.format == "delimited" and all(_DATA.fullmatch(column) for column in table.columns):
        return open_table(found, Format(header=False))
    return table


def as_text(values: pl.Series) -> set[str]:
    """The different values, as ids of another table would write them."""
    if values.dtype.is_float():
        values = values.cast(pl.Int64, strict=False)
    if values.dtype in (pl.Binary, pl.Object) or values.dtype.is_nested():
        return set()
    return set(values.drop_nulls().unique().cast(pl.String))
