"""Ids of events and of a table of items or users, brought together where they differ in writing only."""

from __future__ import annotations

import logging
from typing import Literal

import polars as pl

from palate.errors import listed
from palate.reading import ids

logger = logging.getLogger(__name__)


def reconciled(
    events: pl.DataFrame, table: pl.DataFrame, role: Literal["user", "item"]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both with ids of one type: where all ids are the same whole numbers, 012, "12" and 12 are one.

    Ids that are text on one side stay as they are written there. Ids of events that the table does
    not have are counted and reported.
    """
    seen = events[role].unique()
    known = table["id"].drop_nulls()
    if _kind(seen) != _kind(known):
        events, table = _as_text(events, role, table, seen, known)
    elif seen.dtype == pl.String and _missing(seen, known).len():
        table = _rewritten(table, seen)
    _report(_missing(events[role].unique(), table["id"]), events[role].n_unique(), role)
    return events, table


def _kind(values: pl.Series) -> bool:
    return bool(values.dtype.is_integer())


def _as_text(
    events: pl.DataFrame, role: str, table: pl.DataFrame, seen: pl.Series, known: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both as text, in the writing of the side that is text, if the other has the same numbers."""
    if _kind(known):
        return events, _rewritten(table.with_columns(pl.col("id").cast(pl.String)), seen)
    written = _writing(known, seen)
    text = pl.col(role).cast(pl.String)
    return events.with_columns(text.replace(written) if written else text), table


def _rewritten(table: pl.DataFrame, seen: pl.Series) -> pl.DataFrame:
    """The table with its ids as the events write them, where all that is missing differs so only."""
    written = _writing(seen, table["id"].drop_nulls())
    return table.with_columns(pl.col("id").replace(written)) if written else table


def _writing(text: pl.Series, other: pl.Series) -> dict[str, str]:
    """How `text` writes each id of `other`; empty unless every id in it is a different number.

    Ids that only one of the two has stay as they are.
    """
    numbers = _numbers(text)
    theirs = _numbers(other)
    if numbers.null_count() or numbers.n_unique() < len(numbers) or theirs.n_unique() < len(theirs):
        return {}
    by_number = dict(zip(numbers, text, strict=True))
    plain = other.cast(pl.String)
    return {
        id_: by_number[number]
        for id_, number in zip(plain, theirs, strict=True)
        if number in by_number and by_number[number] != id_
    }


def _numbers(values: pl.Series) -> pl.Series:
    """The whole number that each id is, with or without leading zeros; null where it is none."""
    if values.dtype != pl.String:
        return values.cast(pl.Int64, strict=False)
    bare = pl.col("id").str.replace(r"^0+(\d)", "$1")
    return values.alias("id").to_frame().select(ids.loose(bare).alias("id"))["id"]


def _missing(seen: pl.Series, known: pl.Series) -> pl.Series:
    return seen.filter(~seen.cast(pl.String).is_in(known.cast(pl.String).implode()))


def _report(missing: pl.Series, of: int, role: str) -> None:
    if missing.is_empty():
        return
    logger.warning(
        "%d of %d %ss with events are not in the %ss file, such as %s%s",
        *(len(missing), of, role, role, listed(missing.sort().head(3))),
        ": compare how both write their ids" if len(missing) == of else "",
    )
