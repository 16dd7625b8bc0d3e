"""How the lines of a text file are to be taken apart, seen from its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from palate.tables.format import Format

SPACES = " "
SEPARATORS = ("\t", "::", ";", "|", ",", "\x01")
RARE = ("^", "~")
ALIKE = 0.8
LOOK_AT = 100
BROKEN = re.compile(r'"[^"]*"\s*[^"\s]')
"""A field that goes on behind the quote that closes it, as in "7" disc."""
RULE = re.compile(r"[ \t|+:-]*-{3,}[ \t|+:-]*")
_TABBED = (".tsv", ".tab", ".inter", ".item", ".user")
_COMMENTS = ("#", "%")


@dataclass(frozen=True)
class Dialect:
    """How to take lines apart.

    `skipped` lines stand before the first row or header; `blanked` says that the header is behind a
    comment mark. `escaped`: quotes within fields have a backslash before them; `spaced`: there are
    spaces between separators and quotes; `returns`: lines end in carriage returns alone, or in two;
    `rule`: the line of dashes below a header, as databases and Markdown draw it.
    """

    separator: str = ","
    quote: str = '"'
    comment: str = ""
    skipped: int = 0
    marked_header: bool = False
    escaped: bool = False
    spaced: bool = False
    returns: bool = False
    rule: str = ""

    @property
    def simple(self) -> bool:
        """Whether a reader of CSV can take the file as it is."""
        odd = (
            self.comment or self.skipped or self.marked_header or self.escaped or self.spaced or self.returns
        )
        return (
            not odd
            and not self.rule
            and self.separator != SPACES
            and len(self.separator) == 1
            and self.separator.isascii()
        )

    def split(self, line: str) -> list[str]:
        """The fields of one line."""
        if self.separator == SPACES:
            return re.findall(r'"(?:[^"]|"")*"|\S+', line) if self.quote == '"' else line.split()
        if len(self.separator) > 1:
            return line.split(self.separator)
        return _records([line], self.separator, self.quote)[0] if line else []

    @classmethod
    def of(cls, text: str, asked: Format, suffix: str, escaped: bool = False) -> Dialect:
        """The dialect of a text with these first lines, as far as `asked` leaves it open.

        `escaped` says that somewhere in the file there is a backslash before a double quote.
        """
        returns = "\r\r\n" in text or ("\n" not in text and "\r" in text)
        lines = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        lines = lines[: LOOK_AT + asked.skip + 50]
        skipped, named = _preamble(lines, asked)
        comment, marked = asked.comment or "", False
        rest = lines[skipped:]
        leading = [line for line in lines[asked.skip : skipped] if line.startswith(_COMMENTS)]
        if leading and not asked.comment:
            comment = leading[0][0]
        rule = next((line for line in rest[1:3] if asked.header and RULE.fullmatch(line)), "")
        rest = [line for line in rest if not rule or line != rule]
        rows = [line for line in rest if line.strip() and not (comment and line.startswith(comment))][
            :LOOK_AT
        ]
        separator = asked.separator or named or _separator(rows, suffix)
        separator = SPACES if not separator.strip(" ") else separator
        quote = _quote(rows, separator) if asked.quote is None else asked.quote
        found = cls(separator, quote)
        if not comment and _has_comments(rows, found):
            comment = _COMMENTS[0]
        if leading and rows and asked.header and _is_header(leading[-1], rows, found):
            skipped, marked = _place(lines, leading[-1]), True
        return cls(
            separator,
            quote,
            comment,
            skipped,
            marked,
            quote == '"' and escaped and not _regular(rows, separator),
            bool(quote) and separator != SPACES and _spaced(rows, separator, quote),
            returns,
            rule,
        )


def _preamble(lines: list[str], asked: Format) -> tuple[int, str]:
    """How many lines stand before the table, and the separator that Excel's `sep=;` names."""
    number, named = asked.skip, ""
    marks = (asked.comment,) if asked.comment else _COMMENTS
    while number < len(lines):
        line = lines[number]
        excel = re.fullmatch(r'"?sep=(.)"?[,;\t]*', line.strip("\r"), re.IGNORECASE)
        if excel:
            named = excel[1]
        elif line.strip() and not line.startswith(marks):
            return number, named
        number += 1
    return (asked.skip, named) if asked.skip < len(lines) else (0, named)


def _has_comments(rows: list[str], dialect: Dialect) -> bool:
    """Whether a few of the rows begin with a comment mark, and have other fields than the first."""
    odd = [row for row in rows if row.startswith(_COMMENTS[0])]
    fields = len(dialect.split(rows[0])) if rows else 0
    return 0 < len(odd) < len(rows) / 2 and all(len(dialect.split(row)) != fields for row in odd)


def _place(lines: list[str], line: str) -> int:
    return len(lines) - 1 - lines[::-1].index(line)


def _is_header(comment: str, rows: list[str], dialect: Dialect) -> bool:
    """Whether a comment before the table names its columns: as many words as fields, data below."""
    names, first = dialect.split(comment.lstrip("#% ")), dialect.split(rows[0])
    words = all(re.match(r"[^\W\d]", name.strip(' "')) for name in names)
    return len(names) > 1 and len(names) == len(first) and words and any(_number(field) for field in first)


def _number(field: str) -> bool:
    return bool(re.fullmatch(r"-?\d+([.,]\d+)?", field.strip(' "')))


def _separator(rows: list[str], suffix: str) -> str:
    """What parts most lines into as many fields as the first; else what the first has most of."""
    if not rows:
        return "\t" if suffix in _TABBED else ","
    if suffix in _TABBED and "\t" in rows[0]:
        return "\t"
    counts = {separator: _counts(rows, separator) for separator in (*SEPARATORS, *RARE)}
    good = {
        separator: found[0]
        for separator, found in counts.items()
        if found[0] > 1 and sum(count == found[0] for count in found) >= ALIKE * len(found)
    }
    if ";" in good and "," in good and not re.search(r"\D,|,\D", "\n".join(rows)):
        del good[","]
    if good:
        return max(good, key=lambda separator: good[separator])
    most = max(SEPARATORS[::-1], key=lambda separator: (rows[0].count(separator), separator == ","))
    if rows[0].count(most):
        return most
    spaced = [len(Dialect(SPACES).split(row)) for row in rows]
    modal, times = Counter(spaced).most_common(1)[0]
    return SPACES if spaced[0] > 1 and modal > 1 and times >= ALIKE * len(spaced) else ","


def _counts(rows: list[str], separator: str) -> list[int]:
    if len(separator) > 1:
        return [len(row.split(separator)) for row in rows]
    return [len(record) for record in _records(rows, separator, '"') if record]


def _records(rows: list[str], separator: str, quote: str) -> list[list[str]]:
    if separator in "\r\n" or separator == quote:
        return [[row] for row in rows]
    plain = {} if quote else {"quoting": csv.QUOTE_NONE}
    read = csv.reader(rows, delimiter=separator, quotechar=quote or None, **plain)  # type: ignore[arg-type]
    try:
        return list(read) or [[]]
    except csv.Error:
        return [row.split(separator) for row in rows]


def _regular(rows: list[str], separator: str) -> bool:
    """Whether double quotes are as RFC 4180 has them, line breaks within, and rows of one length."""
    if len(separator) > 1 or separator in ' "' or not any('"' in row for row in rows):
        return False
    text, edge = "\n".join(rows) + "\n", re.escape(separator)
    field = re.compile(rf'(?:"(?:[^"]|"")*"|[^"{edge}\n]*)({edge}|\n)')
    place, fields, found = 0, 0, []
    while place < len(text) and (part := field.match(text, place)):
        place, fields = part.end(), fields + 1
        if part[1] == "\n":
            found.append(fields)
            fields = 0
    cut_off = place < len(text) and text[place] == '"' and text.count('"', place) % 2 == 1
    return len(found) > 1 and len(set(found)) == 1 and (place == len(text) or cut_off)


def _quote(rows: list[str], separator: str) -> str:
    """What surrounds fields; nothing where double quotes only stand within them."""
    if _regular(rows, separator):
        return '"'
    parts = [part.strip() for row in rows for part in Dialect(separator, "").split(row)]
    if any('"' in part for part in parts):
        surround = any(part.startswith('"') or part.endswith('"') for part in parts)
        broken = any(BROKEN.match(part) for part in parts)
        whole = any(len(part) > 1 and part[0] == '"' == part[-1] for part in parts)
        return '"' if surround and len(separator) == 1 and (whole or not broken) else ""
    single = [part for part in parts if len(part) > 1 and part[0] == "'" == part[-1]]
    return "'" if len(single) >= max(len(rows), 1) / 2 else '"' if len(separator) == 1 else ""


def _spaced(rows: list[str], separator: str, quote: str) -> bool:
    """Whether a whole field in quotes has spaces before or behind it."""
    mark, edge = re.escape(quote), re.escape(separator)
    field = re.compile(
        rf"(?:^|{edge})( *)(?:{mark}(?:[^{mark}]|{mark}{mark})*{mark}( *)|[^{edge}{mark}]*)(?={edge}|$)"
    )
    return any(
        quote in row and any(found[2] is not None and (found[1] or found[2]) for found in field.finditer(row))
        for row in rows
    )
