"""What is known of items and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from palate.errors import DataError, listed
from palate.tables import Table, matching
from palate.tables.names import IDS
from palate_files import ids
from palate_files.columns import require


def attributes(
    tables: Sequence[Table], of: Literal["item", "user"], columns: Mapping[str, str]
) -> pl.DataFrame:
    """One row an item or person: `id`, and what else the files have, with `columns` renamed.

    Text that is numbers throughout becomes numbers. Raises DataError where there is no id, or a
    new name is taken already.
    """
    frames = [_named(table, table.read(), of, columns) for table in tables]
    whole = pl.concat(frames, how="diagonal_relaxed")
    return whole.with_columns(
        ids.column_of(whole["id"]), *(_number(column) for column in whole if column.name != "id")
    )


def split_lists(
    lists: Mapping[str, str], items: pl.DataFrame | None, users: pl.DataFrame | None
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Both tables with these columns, text parted by a separator, as lists of text.

    Raises DataError where neither has such a column of text.
    """
    for column, separator in lists.items():
        if items is not None and column in items.columns:
            items = _split(items, column, separator)
        elif users is not None and column in users.columns:
            users = _split(users, column, separator)
        else:
            known = [
                *(items.columns if items is not None else ()),
                *(users.columns if users is not None else ()),
            ]
            raise DataError(
                f"`lists.{column}`: neither items nor users have it; there are {listed(known, 12)}"
            )
    return items, users


def _named(
    table: Table, frame: pl.DataFrame, of: Literal["item", "user"], columns: Mapping[str, str]
) -> pl.DataFrame:
    for new, old in columns.items():
        require(table, old, f"{of}_columns.{new}")
    chosen = dict(columns)
    if "id" not in chosen:
        usual = matching(table.columns, IDS[of])
        if usual is None:
            raise DataError(
                f"no column of {table.path} is called as ids of {of}s usually are; it has "
                f"{listed(table.columns, 12)}: say which with `{of}_columns: {{id: ...}}`"
            )
        chosen["id"] = usual
    taken = [
        new
        for new, old in chosen.items()
        if new != old and new in frame.columns and new not in chosen.values()
    ]
    if taken:
        raise DataError(
            f"`{of}_columns.{taken[0]}`: {table.path} has a column {taken[0]!r} already; "
            f"give that another name too, such as `{taken[0]}_2: {taken[0]}`"
        )
    return frame.rename({old: new for new, old in chosen.items()})


def _number(column: pl.Series) -> pl.Series:
    """Text as int64 or float64 where all of it is numbers, without losing leading zeros."""
    if column.dtype != pl.String or column.null_count() == len(column):
        return column
    if ids.are_numbers(column):
        return column.cast(pl.Int64)
    numbers = column.cast(pl.Float64, strict=False)
    padded = column.str.contains(r"^-?0\d").any()
    return column if numbers.null_count() > column.null_count() or padded else numbers


def _split(frame: pl.DataFrame, column: str, separator: str) -> pl.DataFrame:
    if frame[column].dtype == pl.List(pl.String):
        return frame
    parts = pl.col(column).cast(pl.String).fill_null("").str.split(separator)
    bare = parts.list.eval(pl.element().str.strip_chars())
    return frame.with_columns(bare.list.eval(pl.element().filter(pl.element() != "")).alias(column))
