"""What is known of items and users."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from palate.errors import DataError, listed
from palate.reading import ids
from palate.reading.columns import require
from palate.tables import Table, matching
from palate.tables.cells import looks_listed, parsed
from palate.tables.names import IDS
from palate.tables.numerals import Numerals

logger = logging.getLogger(__name__)

JSON = "json"


def attributes(
    tables: Sequence[Table],
    of: Literal["item", "user"],
    columns: Mapping[str, str],
    decimal: str | None = None,
    thousands: str | None = None,
) -> pl.DataFrame:
    """One row an item or user: `id`, and what else the files have, with `columns` renamed.

    Text that is numbers throughout becomes numbers, lists written as JSON or Python become lists of
    text, objects columns of their own. Raises DataError where there is no id, or a new name is
    taken already.
    """
    frames = [_named(table, _flat(table.read()), of, columns) for table in tables]
    whole = pl.concat(frames, how="diagonal_relaxed")
    semicolons = any(table.separator == ";" for table in tables)
    read = [
        _value(column, Numerals.of(column, decimal, thousands, semicolons))
        for column in whole
        if column.name != "id"
    ]
    return whole.with_columns(ids.column_of(whole["id"]), *read)


def first_of_each(frame: pl.DataFrame, of: Literal["item", "user"], drop: bool) -> pl.DataFrame:
    """One row of each id: the first, with `drop`, and how many others there are is reported.

    Raises DataError where there are others that are not to be dropped.
    """
    found = frame.filter(pl.col("id").is_not_null()).unique("id", keep="first", maintain_order=True)
    more = frame.height - found.height
    if more and drop:
        logger.warning(
            "%d of %d rows of the %ss file have no id, or one that came before, and are left out",
            *(more, frame.height, of),
        )
    elif more:
        twice = frame.filter(pl.col("id").is_duplicated() | pl.col("id").is_null())["id"]
        some = listed(twice.unique(maintain_order=True).head(3))
        raise DataError(
            f"{more:,} of {frame.height:,} rows of the {of}s file have no id, or one that came before, "
            f"such as {some}; `repeated: first` takes the first of each"
        )
    return found


def split_lists(
    lists: Mapping[str, str], items: pl.DataFrame | None, users: pl.DataFrame | None
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Both tables with these columns, text parted by a separator, as lists of text.

    The separator `json` stands for lists written as JSON or Python. Raises DataError where neither
    table has such a column, or a value is no such list.
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
                f"`lists.{column}`: neither items nor users have it; "
                + (f"there are {listed(known, 12)}" if known else "there is no file of items or users")
            )
    return items, users


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Objects as columns with a dot, lists of anything as lists of text."""
    while nested := [column.name for column in frame if isinstance(column.dtype, pl.Struct)]:
        for name in nested:
            inner = frame[name].struct.unnest()
            frame = frame.drop(name).hstack(inner.rename({key: f"{name}.{key}" for key in inner.columns}))
    return frame.with_columns(
        _texts(column) for column in frame if isinstance(column.dtype, pl.List | pl.Array)
    )


def _texts(column: pl.Series) -> pl.Series:
    from palate.tables.cells import word

    inner = column.dtype.inner  # type: ignore[attr-defined]
    if inner == pl.String and isinstance(column.dtype, pl.List):
        return column
    values = [None if value is None else [word(part) for part in value] for value in column.to_list()]
    return pl.Series(column.name, values, dtype=pl.List(pl.String))


def _named(
    table: Table, frame: pl.DataFrame, of: Literal["item", "user"], columns: Mapping[str, str]
) -> pl.DataFrame:
    for new, old in columns.items():
        if old not in frame.columns:
            require(table, old, f"{of}_columns.{new}")
    chosen = dict(columns)
    if "id" not in chosen:
        usual = matching(table.columns, IDS[of])
        if usual is None:
            raise DataError(
                f"no column of {table} is called as ids of {of}s usually are; it has "
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
            f"`{of}_columns.{taken[0]}`: {table} has a column {taken[0]!r} already; "
            f"give that another name too, such as `{taken[0]}_2: {taken[0]}`"
        )
    return frame.rename({old: new for new, old in chosen.items()})


def _value(column: pl.Series, numerals: Numerals) -> pl.Series:
    """Text as int64, float64 or lists where all of it is that, without losing leading zeros."""
    if column.dtype != pl.String or column.null_count() == len(column):
        return column
    if ids.form_of(column) == "whole":
        return column.cast(pl.Int64)
    if column.str.contains(r"^-?0\d").any():
        return column
    numbers = numerals.read(column)
    if numbers.null_count() == column.null_count():
        if numerals.ambiguous:
            logger.warning(
                "%r has numbers such as %r, in which the comma may be a decimal mark or one of thousands; it "
                "stays text: say `decimal: ','` or `thousands: ','`",
                *(column.name, column.drop_nulls()[0]),
            )
            return column
        return numbers
    return _listed(column) if looks_listed(column) else column


def _listed(column: pl.Series) -> pl.Series:
    """The lists in a column of text, or the text where one of them does not read."""
    lists, wrong = parsed(column)
    if wrong:
        logger.warning(
            "%r looks like lists, but %d values do not read, the first %.40r in row %d; it stays text",
            *(column.name, len(wrong), column[wrong[0]], wrong[0] + 1),
        )
        return column
    return lists


def _split(frame: pl.DataFrame, column: str, separator: str) -> pl.DataFrame:
    values = frame[column]
    if isinstance(values.dtype, pl.List):
        return frame
    if separator == JSON:
        lists, wrong = parsed(values.cast(pl.String))
        if wrong:
            raise DataError(
                f"`lists.{column}`: {len(wrong)} values are no lists, such as "
                f"{str(values[wrong[0]])[:60]!r} in row {wrong[0] + 1}"
            )
        return frame.with_columns(lists)
    if looks_listed(values.cast(pl.String)):
        raise DataError(
            f"`lists.{column}`: its values are lists in brackets, such as "
            f"{str(values.drop_nulls()[0])[:60]!r}, some of which do not read; "
            f"`lists: {{{column}: json}}` says which"
        )
    parts = pl.col(column).cast(pl.String).fill_null("").str.split(separator)
    bare = parts.list.eval(pl.element().str.strip_chars())
    return frame.with_columns(bare.list.eval(pl.element().filter(pl.element() != "")).alias(column))
