"""All of a table of JSON, with lists as lists and text where types differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from palate.errors import DataError
from palate.tables.cells import word
from palate.tables.objects import value_of


def json_rows(
    lines: pl.Series, paths: Mapping[str, str], missing: set[str], place: Callable[[int], str]
) -> pl.DataFrame:
    """One column for each JSON path. Raises DataError with the place of the first line that is no object."""
    rows = []
    for number, line in enumerate(lines):
        if line is None:
            continue
        value = value_of(line)
        if not isinstance(value, dict):
            raise DataError(f"{place(number)}: this is no JSON object")
        rows.append(value)
    return pl.DataFrame([_column(name, rows, path, missing) for name, path in paths.items()])


def _column(name: str, rows: list[dict[str, Any]], path: str, missing: set[str]) -> pl.Series:
    keys = [json.loads(key) for key in path[2:-1].split("][")]
    values = [_inside(row, keys) for row in rows]
    values = [None if value == "" or str(value) in missing else value for value in values]
    present = {type(value) for value in values if value is not None}
    if present <= {bool} or present <= {int, float} or present <= {str}:
        try:
            return pl.Series(name, values, strict=False)
        except (OverflowError, pl.exceptions.PolarsError):
            present = {object}
    if present == {list}:
        return pl.Series(name, [_texts(value) for value in values], dtype=pl.List(pl.String))
    written = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pl.Series(name, written, dtype=pl.String)


def _inside(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _texts(value: list[Any] | None) -> list[str | None] | None:
    return None if value is None else [word(part) for part in value]
