"""Lines of Python literals, `{'user': u'x', 'ok': True}`, as lines of JSON. Nothing is ever evaluated.

Amazon's metadata of 2014 and the Steam data are written so. They differ from JSON in their quotes, their
escapes and three words. Most lines have no escapes of Python alone, and polars rewrites them all at once; in
the others each text is rewritten by itself, by `ast.literal_eval` where it has an escape.
"""

from __future__ import annotations

import ast
import json
import re
from json.encoder import encode_basestring

import polars as pl

LONGEST = 2**22
_ESCAPE = r"\\[\\nrtbf]|\\u[0-9a-fA-F]{4}"
_SINGLE = rf"""u?'((?:[^'"\\]|{_ESCAPE})*)'"""
_DOUBLE = rf"""u?"((?:[^"\\]|{_ESCAPE})*)\""""
_STRING = f"{_SINGLE}|{_DOUBLE}"
_WORDS = {"True": "true", "False": "false", "None": "null"}
_WORD = r"(?-u:\b)(?:True|False|None)(?-u:\b)"
_REST = r"""^[^'"\\]*$"""
_TOKEN = re.compile(r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\b(True|False|None)\b""", re.DOTALL)


def is_literal(line: str) -> bool:
    """Whether a line begins as the literal of a dictionary with text in single quotes as its first key."""
    return line.lstrip().startswith(("{'", "{u'", '{u"', "{ '"))


def as_json(lines: pl.Series) -> pl.Series:
    """The same lines as JSON. What is no literal of constants is no JSON either, or null."""
    frame = lines.alias("line").to_frame().select(
        "line",
        json=pl.col("line").str.replace_all(_STRING, '"${1}${2}"'),
        rest=pl.col("line").str.replace_all(_STRING, ""),
    )  # fmt: skip
    count = [pl.col(name).str.count_matches(_WORD) for name in ("json", "rest")]
    outside = count[0] == count[1]  # within a text the words must stay as they are
    written = pl.col("json")
    for word, other in _WORDS.items():
        written = written.str.replace_all(rf"(?-u:\b){word}(?-u:\b)", other)
    done = frame.select("line", json=pl.when(outside & pl.col("rest").str.contains(_REST)).then(written))
    odd = done["json"].is_null()
    if not odd.any():
        return done["json"]
    read = [_rewritten(line) for line in done["line"].filter(odd)]
    return done["json"].scatter(odd.arg_true(), pl.Series(read, dtype=pl.String))


def _rewritten(line: str) -> str | None:
    """One line, text by text; None where a text has an escape that Python does not know."""
    if len(line) > LONGEST:
        return None
    try:
        return _TOKEN.sub(_token, line)
    except (ValueError, SyntaxError):
        return None


def _token(found: re.Match[str]) -> str:
    """A text, or one of the three words, as JSON writes it."""
    text, word = found[1], found[2]
    if text is None:
        return _WORDS[word]
    if "\\" in text:
        return json.dumps(ast.literal_eval(text))  # in ASCII, where two halves of an emoji are one again
    return encode_basestring(text[1:-1])
