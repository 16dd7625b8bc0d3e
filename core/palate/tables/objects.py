"""JSON: one object a line, or a whole document, as lines of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from palate.errors import DataError

DEEP = 3


def fields(objects: Iterable[object]) -> dict[str, str]:
    """The JSON path of each column that these objects have.

    An object within an object gives columns with a dot: `user.id`. What MongoDB writes around
    values (`{"$oid": ...}`) goes.
    """
    found: dict[str, str] = {}
    for value in objects:
        if isinstance(value, dict):
            _fields(value, "", "$", found, DEEP)
    return found


def _fields(value: Mapping[str, Any], name: str, path: str, found: dict[str, str], deep: int) -> None:
    for key, inner in value.items():
        below = f"{path}[{json.dumps(key, ensure_ascii=False)}]"
        called = name if name and key.startswith("$") else f"{name}.{key}" if name else key
        if isinstance(inner, dict) and inner and deep:
            _fields(inner, called, below, found, deep - 1)
        else:
            found.setdefault(called, below)


def as_lines(text: str, path: Path) -> bytes | None:
    """A document of JSON as one object a line; None where the text is lines of objects already.

    Read are a list of objects, an object with one such list in it, and what pandas writes: columns of
    one length, an object for each row, or rows as lists beside the names of columns.
    Raises DataError for anything else.
    """
    start = text.lstrip()
    if not start:
        raise DataError(f"{path} is empty")
    if start[0] == "{" and _one_a_line(start):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise DataError(
            f"{path}{place}: this is no JSON that palate reads: one object a line, or one list of objects"
        ) from error
    rows = _rows(document)
    if rows is None:
        raise DataError(f"{path} has no JSON object on each line, and is no list of objects either")
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _one_a_line(text: str) -> bool:
    """Whether one of the first lines is an object for itself, and more lines follow or it is alone."""
    lines = [line for line in text[: 2**20].split("\n") if line.strip()][:100]
    objects = [isinstance(value_of(line), dict) for line in lines]
    return any(objects) and not (len(lines) == 1 and _rows(value_of(lines[0])) is not None)


def _rows(document: object) -> list[Any] | None:
    if isinstance(document, list):
        return document if document and all(isinstance(row, dict) for row in document) else None
    if not isinstance(document, dict) or not document:
        return None
    lists = [value for value in document.values() if isinstance(value, list)]
    tables = [value for value in lists if value and all(isinstance(row, dict) for row in value)]
    if len(tables) == 1:
        return tables[0]
    return _from_split(document) or _from_index(document) or _from_columns(document)


def _from_split(document: Mapping[str, Any]) -> list[Any] | None:
    """Rows as lists beside the names of their columns, as pandas writes them with `orient="split"`."""
    names, data = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(data, list) or not data:
        return None
    if not all(isinstance(row, list) and len(row) == len(names) for row in data):
        return None
    return [dict(zip(map(str, names), row, strict=True)) for row in data]


def _from_index(document: Mapping[str, Any]) -> list[Any] | None:
    """Objects with the same keys under the name of each, which becomes the column `index`.

    So pandas writes them with `orient="index"`.
    """
    rows = list(document.values())
    if len(rows) < 2 or not all(isinstance(row, dict) and len(row) > 1 for row in rows):
        return None
    if not all(row.keys() == rows[0].keys() for row in rows) or len(rows) <= len(rows[0]):
        return None
    return [{"index": key, **row} for key, row in document.items()]


def _from_columns(document: Mapping[str, Any]) -> list[Any] | None:
    columns = {
        name: list(column.values()) if isinstance(column, dict) and all(map(str.isdigit, column)) else column
        for name, column in document.items()
    }
    if not all(isinstance(column, list) for column in columns.values()):
        return None
    sizes = {len(column) for column in columns.values()}
    if len(sizes) != 1 or sizes == {0} or len(columns) < 2:
        return None
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def value_of(line: str) -> object:
    """What a line of JSON says, None where it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
