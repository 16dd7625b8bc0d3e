"""Lists that stand in cells as text: JSON, or Python as pandas writes it."""

from __future__ import annotations

import ast
import csv
import json
import re
from typing import Any

import polars as pl

NAMES = ("name", "title", "label", "value", "text", "tag", "id")
LONGEST = 100_000
APART = re.compile(r"""(['"])\s+(['"])""")
PARTED = re.compile(r"""['"]\s*,\s*['"]""")


def looks_listed(values: pl.Series) -> bool:
    """Whether all texts of a column are lists or objects in brackets."""
    there = values.drop_nulls()
    return bool(len(there)) and bool(there.str.contains(r"(?s)^\s*(\[.*\]|\{.*\})\s*$").all())


def parsed(values: pl.Series) -> tuple[pl.Series, list[int]]:
    """The lists of text in these cells, and the rows (from 0) that do not read, which are null.

    An object in a list counts by its name, or else its title, label or value; one that stands alone
    is a list of one.
    """
    known: dict[str, list[str] | None] = {}
    lists: list[list[str] | None] = []
    wrong = []
    for row, text in enumerate(values):
        if text is not None and text not in known:
            known[text] = words(text)
        found = None if text is None else known[text]
        if text is not None and found is None:
            wrong.append(row)
        lists.append(found)
    return pl.Series(values.name, lists, dtype=pl.List(pl.String)), wrong


def words(text: str) -> list[str] | None:
    """The words of one list as text; None where it is none."""
    if len(text) > LONGEST:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        if APART.search(text) and not PARTED.search(text):
            text = APART.sub(r"\1, \2", text)  # NumPy writes no commas, and Python would join the words
        try:
            value = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            return _of_database(text)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list | tuple | set):
        return None
    return [found for part in value if (found := word(part))]


def _of_database(text: str) -> list[str] | None:
    """The words of an array as PostgreSQL writes it, {a,"b c"}; None where it is none."""
    bare = text.strip()
    if not re.fullmatch(r"\{[^{}:\n]*\}", bare):
        return None
    (fields,) = csv.reader([bare[1:-1]], escapechar="\\") if bare != "{}" else ([],)
    return [found for part in fields if part != "NULL" and (found := word(part))]


def word(value: Any) -> str | None:
    """What one member of a list is called."""
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        lowered = {str(key).lower(): inner for key, inner in value.items()}
        named = next((lowered[name] for name in NAMES if lowered.get(name) not in (None, "")), None)
        return word(named) if named is not None else next((word(inner) for inner in value.values()), None)
    if isinstance(value, list | tuple):
        return ", ".join(found for part in value if (found := word(part))) or None
    return (
        value.strip()
        if isinstance(value, str)
        else json.dumps(value)
        if isinstance(value, bool)
        else str(value)
    )
