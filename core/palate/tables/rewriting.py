"""Text of any encoding and dialect as UTF-8 that a reader of CSV takes, line for line."""

from __future__ import annotations

import re

from palate.tables.dialect import SPACES, Dialect

UNIT = "\x1f"


def rewritten(text: str, dialect: Dialect) -> tuple[bytes, str]:
    """The text from its header on, and its separator.

    Every line stays a line, so that numbers of rows and lines go together; those of comments are
    empty.
    """
    if dialect.returns:
        text = text.replace("\r\r\n", "\n").replace("\r", "\n")
    text = _from_line(text, dialect.skipped)
    if dialect.marked_header:
        text = re.sub(r"\A[#% \t]+", "", text)
    if dialect.comment:
        text = re.sub(rf"(?m)^{re.escape(dialect.comment)}.*$", "", text)
    if dialect.rule:
        text = re.sub(rf"(?m)^{re.escape(dialect.rule)}(?=\r?$)", "", text)
    if dialect.escaped:
        text = text.replace('\\"', '""')
    separator, quote = dialect.separator, re.escape(dialect.quote)
    if dialect.spaced:
        text = re.sub(rf" *({quote}(?:[^{quote}]|{quote}{quote})*{quote}) *", r"\1", text)
    if separator == SPACES:
        return _spaces(text, quote).encode(), UNIT
    if len(separator) > 1 or not separator.isascii():
        return text.replace(separator, UNIT).encode(), UNIT
    return text.encode(), separator


def _from_line(text: str, number: int) -> str:
    place = 0
    for _ in range(number):
        place = text.find("\n", place) + 1
        if not place:
            return ""
    return text[place:]


def _spaces(text: str, quote: str) -> str:
    """Runs of spaces and tabs outside quotes as one unit separator, none at the ends of lines."""
    text = re.sub(r"(?m)^[ \t]+|[ \t\r]+$", "", text)
    if not quote or quote not in text:
        return re.sub(r"[ \t]+", UNIT, text)
    pattern = re.compile(rf"({quote}[^{quote}\n]*{quote})|[ \t]+")
    return pattern.sub(lambda found: found[1] or UNIT, text)
