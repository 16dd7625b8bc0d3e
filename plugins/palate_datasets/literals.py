"""Lines of Python literals, `{'user': u'x', 'ok': True}`, as lines of JSON. Nothing is ever evaluated.

Amazon's metadata of 2014 and the Steam data are written so. Most lines differ from JSON only in their
quotes and three words, and polars rewrites them all at once; the rest is read by `ast.literal_eval`, which
reads constants and runs nothing.
"""

from __future__ import annotations

import ast
import json

import polars as pl

LONGEST = 2**22
_ESCAPE = r"\\[\\nrtbf]|\\u[0-9a-fA-F]{4}"
_SINGLE = rf"""u?'((?:[^'"\\]|{_ESCAPE})*)'"""
_DOUBLE = rf"""u?"((?:[^"\\]|{_ESCAPE})*)\""""
_STRING = f"{_SINGLE}|{_DOUBLE}"
_WORDS = {"True": "true", "False": "false", "None": "null"}
_REST = r"^[\s{}\[\],:0-9.eE+-]*$"


def is_literal(line: str) -> bool:
    """Whether a line begins as the literal of a dictionary with text in single quotes as its first key."""
    return line.lstrip().startswith(("{'", "{u'", '{u"', "{ '"))


def as_json(lines: pl.Series) -> pl.Series:
    """The same lines as JSON; null where a line is no literal that can be read."""
    written, bare = pl.col("json"), pl.col("rest")
    alike = [_outside(word) for word in _WORDS]
    for word, other in _WORDS.items():
        written = written.str.replace_all(rf"\b{word}\b", other)
        bare = bare.str.replace_all(rf"\b{word}\b", "")
    simple = pl.all_horizontal(*alike, bare.str.contains(_REST))
    frame = lines.alias("line").to_frame().with_columns(
        json=pl.col("line").str.replace_all(_STRING, '"${1}${2}"'),
        rest=pl.col("line").str.replace_all(_STRING, ""),
    )  # fmt: skip
    done = frame.select("line", json=pl.when(simple).then(written))
    odd = done["json"].is_null()
    if not odd.any():
        return done["json"]
    read = [_read(line) for line in done["line"].filter(odd)]
    return done["json"].scatter(odd.arg_true(), pl.Series(read, dtype=pl.String))


def _outside(word: str) -> pl.Expr:
    """Whether a word stands nowhere within a text, where it must stay as it is."""
    word = rf"\b{word}\b"
    return pl.col("json").str.count_matches(word) == pl.col("rest").str.count_matches(word)


def _read(line: str) -> str | None:
    """One line by Python's own reader of literals."""
    if len(line) > LONGEST:
        return None
    try:
        value = ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return json.dumps(value, default=str) if isinstance(value, dict) else None
