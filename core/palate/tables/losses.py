"""Lines that a reader of CSV would lose or cannot read, and where they are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from palate.tables.dialect import BROKEN, Dialect
from palate.tables.encoding import undecodable

_CHUNK = 2**22
SEEN = 1000
NEARLY = 0.9
NUMBER = re.compile(r"[+-]?\d[\d.,:]*")
WORD = re.compile(r"\S*")
ANYTHING = re.compile(r"(?s).*")


def count_lines(content: Path | bytes, quote: str) -> tuple[int, bool]:
    """How many lines a text has, the last without its end too, and whether a quote is in it."""
    mark = quote.encode()
    if isinstance(content, bytes):
        return content.count(b"\n") + (not content.endswith(b"\n") and bool(content)), mark in content
    number, last, quoted = 0, b"\n", False
    with content.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            number += chunk.count(b"\n")
            quoted = quoted or mark in chunk
            last = chunk[-1:]
    return number + (last != b"\n"), quoted


def records(content: Path | bytes, separator: str, quote: str) -> Iterator[tuple[int, int, list[str]]]:
    """Each record with the numbers, from 1, of its first and its last line."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    with io.TextIOWrapper(source, "utf-8", errors="replace", newline="\n") as stream:
        if not quote:
            for number, line in enumerate(stream, 1):
                yield number, number, line.rstrip("\r\n").split(separator)
            return
        csv.field_size_limit(2**30)
        lines = (line.rstrip("\r\n").replace("\r", " ").replace("\0", "") + "\n" for line in stream)
        reader = csv.reader(lines, delimiter=separator, quotechar=quote)
        first = 1
        for record in reader:
            yield first, reader.line_num, record
            first = reader.line_num + 1


def swallowed(path: object, content: Path | bytes, dialect: Dialect, columns: int, before: int) -> str:
    """Where a quote makes one field of lines that look like rows; nothing where none does.

    A field of several lines is right (RFC 4180) unless each of its lines, taken alone, has as many
    fields as there are columns, and such values as these columns have elsewhere. `before` is how many
    lines of the file stand before `content`.
    """
    found = list(records(content, dialect.separator, dialect.quote))
    kinds = _kinds([record for _, _, record in found[1:] if len(record) == columns][:SEEN], columns)
    for first, last, record in found[1:]:
        if last > first and (
            (len(record) < columns and last - first > 1) or _are_rows(record, dialect, kinds)
        ):
            return _opened(path, first + before, last + before)
    return ""


def _kinds(rows: list[list[str]], columns: int) -> list[re.Pattern[str]]:
    """What nearly all values of each column are: numbers, single words, or anything."""
    return [
        next(
            kind
            for kind in (NUMBER, WORD, ANYTHING)
            if sum(bool(kind.fullmatch(row[place].strip())) for row in rows) >= NEARLY * len(rows)
        )
        for place in range(columns)
    ]


def _are_rows(record: list[str], dialect: Dialect, kinds: list[re.Pattern[str]]) -> bool:
    """Whether the lines of a record would be rows if its quotes were plain characters."""
    if all(kind is ANYTHING for kind in kinds):
        return False
    lines = [line for line in dialect.separator.join(record).split("\n") if line.strip()]
    rows = [line.split(dialect.separator) for line in (lines[:-1] if len(lines) > 2 else lines)]
    return all(len(row) == len(kinds) for row in rows) and all(
        kind.fullmatch(value.strip()) for row in rows for kind, value in zip(kinds, row, strict=True)
    )


def diagnosis(path: object, content: Path | bytes, dialect: Dialect, before: int) -> str:
    """Why a text does not read, with the line and the option that helps; nothing where it cannot be told."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    wrong = undecodable(path, data)
    if wrong or not dialect.quote:
        return wrong
    for first, last, record in records(data, dialect.separator, dialect.quote):
        if last > first + 1 and any("\n" in field for field in record[-1:]):
            return _opened(path, first + before, last + before)
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        parts = line.split(dialect.separator)
        if dialect.quote == '"' and any(BROKEN.match(part.strip()) for part in parts):
            return (
                f"{path}:{number + before}: a field goes on behind the quote that closes it; if quotes are "
                "plain characters there, say `quote: ''`"
            )
        if line.count(dialect.quote) % 2:
            return (
                f"{path}:{number + before}: there is a quote that nothing closes; if quotes are "
                "plain characters there, say `quote: ''`"
            )
    return ""


def _opened(path: object, first: int, last: int) -> str:
    return (
        f"{path}:{first}: a quote opens here and closes in line {last}, which would make one row of "
        f"{last - first + 1} lines; if quotes are plain characters, say `quote: ''`, and if it is right, "
        "say which quote it is, such as `quote: '\"'`"
    )
