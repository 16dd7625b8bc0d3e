"""Ids from a file: items that may be recommended today or may not, or users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from palate.errors import DataError
from palate.tables import Table, matching, open_table
from palate.tables.names import IDS, plain


def shelf(path: Path, what: Literal["item", "user"] = "item") -> list[str]:
    """The ids in a file: one a line, or the column of such ids of a table (CSV, Parquet, JSON lines), or
    a JSON list.

    A first line such as `item_id` or `sku` is no id. Raises DataError for a file that cannot be read,
    has no ids, or several columns of which none is named as such ids usually are.
    """
    if path.suffix.lower() == ".txt":
        ids = _lines(path, what)
    elif (listed := _json(path)) is not None:
        ids = listed
    else:
        table = open_table(path)
        bare = len(table.columns) == 1 and table.format == "delimited"
        ids = _lines(path, what, table.content) if bare else _column(table, path, what)
    if not ids:
        raise DataError(f"{path} has no {what} ids; write one a line, or a column {what}_id")
    return ids


def _lines(path: Path, what: Literal["item", "user"], content: bytes | None = None) -> list[str]:
    """The lines of a file, or of what its reader has made UTF-8 of."""
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} cannot be read: it is not UTF-8 text") from error
    lines = [line.strip().strip('"') for line in text.splitlines()]
    header = bool(lines) and plain(lines[0]) in IDS[what]
    return [line for line in lines[header:] if line]


def _json(path: Path) -> list[str] | None:
    """The ids in a JSON list, or in the only value of an object; None where the file is something else."""
    if path.suffix.lower() != ".json":
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    plain_ids = isinstance(value, list) and all(isinstance(id_, str | int) for id_ in value)
    return [str(id_) for id_ in value] if plain_ids else None


def _column(table: Table, path: Path, what: Literal["item", "user"]) -> list[str]:
    only = table.columns[0] if len(table.columns) == 1 else None
    column = only or matching(table.columns, IDS[what])
    if column is None:
        raise DataError(
            f"{path} has no column of {what} ids: it has {', '.join(table.columns)}; "
            f"name one of them {what}_id"
        )
    values = table.read()[column].drop_nulls()
    if values.dtype.is_nested():
        values = values.explode().drop_nulls()
    return [str(value) for value in values]
