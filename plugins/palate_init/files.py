"""Opening a file that has not been described."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from palate.errors import DataError
from palate.tables import Format, Table, locate, open_table
from palate.tables.profile import Profile
from palate.tables.table import ROW, WIDE

SAMPLE = 10_000
TITLES = 10
SURE = frozenset({"NULL", "null", "\\N", "NA", "N/A", "#N/A", "<NA>", "NaN", "nan"})
LIKELY = SURE | {"None", "none", "n/a", "na", "?", "-", "--", ".", "missing", "unknown"}
_NUMBER = re.compile(r"-?\d+([.,]\d+)?(_duplicated_\d+)?")


def opened(path: Path, what: str) -> Table:
    """The table in a file, with what its first rows show: whether it has a header, what stands for none."""
    (found, *others) = locate(str(path), what)
    if others:
        raise DataError(
            f"{path} names {len(others) + 1} files, and a first recipe is made from one: name it, such as "
            f"{found}, then write the pattern into the recipe: `{what}: {json.dumps(str(path))}`"
        )
    table = _below_titles(open_table(found))
    if table.format == "delimited" and _headless(table):
        table = open_table(found, replace(table.asked, header=False))
    missing = missing_in(sample_of(table))
    return reopened(table, replace(table.asked, missing=missing)) if missing else table


def reopened(table: Table, asked: Format) -> Table:
    """The same table, read as is asked for."""
    return replace(table, asked=asked) if table.typed else open_table(table.path, asked)


def _below_titles(table: Table) -> Table:
    """The table without the lines of a title above it, where the lines below part into columns."""
    if table.format != "delimited" or len(table.columns) > 2:
        return table
    for lines in range(1, TITLES + 1):
        try:
            below = open_table(table.path, Format(skip=lines))
        except DataError:
            return table
        if len(below.columns) > len(table.columns) and below.dialect.skipped >= lines:
            return below if below.regular() else table
    return table


def sample_of(table: Table) -> pl.DataFrame:
    """The first rows. Raises DataError where there are none, or they do not read."""
    with table.reading():
        try:
            sample = table.scan(table.columns, cut_wide_rows=True).head(SAMPLE).drop(ROW).collect()
        except pl.exceptions.ComputeError as error:
            if WIDE in str(error):
                raise DataError(table.too_wide()) from error
            raise
    if sample.is_empty():
        raise DataError(f"{table} has no rows")
    return sample


def as_text(values: pl.Series) -> set[str]:
    """The different values, as ids of another table would write them: 12.0 and 012 as 12."""
    if values.dtype in (pl.Binary, pl.Object) or values.dtype.is_nested():
        return set()
    if values.dtype.is_float():
        values = values.cast(pl.Int64, strict=False)
    text = values.drop_nulls().unique().cast(pl.String)
    return set(text.str.replace(r"^(\d+)\.0+$", "$1").str.replace(r"^0+(\d+)$", "$1"))


def _headless(table: Table) -> bool:
    """Whether the first line is data: a number stands over every column of numbers, or values over all."""
    try:
        sample = sample_of(table)
    except DataError:
        return all(_NUMBER.fullmatch(column) for column in table.columns)
    repeated = pl.all_horizontal(pl.col(name) == name.split("_duplicated_")[0] for name in sample.columns)
    sample = sample.filter(~repeated.fill_null(False))
    profiles = [Profile.of(column.head(1000)) for column in sample]
    over = [bool(_NUMBER.fullmatch(profile.name)) for profile in profiles if profile.numeric]
    if over and all(over):
        return True
    names = [column.name.split("_duplicated_")[0] for column in sample]
    return len(names) > 1 and all(
        name in column.head(1000).to_list() for name, column in zip(names, sample, strict=True)
    )


def missing_in(sample: pl.DataFrame) -> tuple[str, ...]:
    """Words that stand for no value: those that always do, and others beside nothing but numbers or times."""
    found: dict[str, None] = {}
    for column in sample:
        if column.dtype != pl.String:
            continue
        words = [word for word in LIKELY if (column == word).any()]
        rest = column.filter(~column.is_in(words)).drop_nulls()
        if not words or rest.is_empty():
            continue
        plain = Profile.of(rest).kind != "text"
        found.update(dict.fromkeys(word for word in sorted(words) if plain or word in SURE))
    return tuple(found)
