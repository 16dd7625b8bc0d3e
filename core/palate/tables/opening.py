"""Looking into a file before it is read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from palate.errors import DataError, listed
from palate.remote.copies import title_of
from palate.tables.database import database_file
from palate.tables.dialect import Dialect
from palate.tables.encoding import decoded, encoding_of, mixed
from palate.tables.format import Format
from palate.tables.kinds import kind_of
from palate.tables.objects import as_lines, fields, value_of
from palate.tables.rewriting import rewritten
from palate.tables.table import Table
from palate.tables.unpacking import unpacked
from palate.tables.whole import arrow, workbook

SEEN = Format()
SMALL = 2**25
HEAD = 2**20
LONG_NUMBER = re.compile(r'(":\s*)(-?\d{20,})(?=\s*[,}])')
"""Whole numbers of JSON that fit no int64, which a reader would round."""
NO_NUMBER = re.compile(r'(":\s*)(?:NaN|-?Infinity)(?=\s*[,}])')
"""What Python writes into JSON for numbers that are none; JSON has no such values."""
_LOOK_AT = 100


def open_table(path: Path, asked: Format = SEEN) -> Table:
    """Look at a file: its kind, its columns and how it is written, as far as `asked` does not say.

    Raises DataError for a kind that palate does not read, and for a file that is empty or damaged. The copy
    of a remote file is called by its address.
    """
    title = title_of(path)
    if not title:
        return _opened(path, asked)
    try:
        table = _opened(path, asked)
    except DataError as error:
        raise DataError(str(error).replace(str(path), title)) from None
    notices = tuple(notice.replace(str(path), title) for notice in table.notices)
    return replace(table, title=str(table).replace(str(path), title), notices=notices)


def _opened(path: Path, asked: Format) -> Table:
    try:
        name, content = unpacked(path)
        head = _head(path) if content is None else content[:SMALL]
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DataError(f"{path} is empty")
    kind = kind_of(path, name, head)
    if kind in ("parquet", "arrow", "workbook", "database"):
        if content is not None:
            raise DataError(f"{path}: {name} is compressed inside; unpack the file and name it")
        if kind == "database":
            return database_file(path, asked)
        return _typed(path, kind, asked)
    whole = len(head) < HEAD if content is None else len(content) <= SMALL
    encoding = asked.encoding or encoding_of(head, whole)
    if encoding is None:
        raise DataError(f"{path} is no text in an encoding that palate knows; say which with `encoding`")
    notices = []
    if asked.encoding is None and not encoding.startswith("utf-"):
        if wrong := mixed(path, head, encoding):
            raise DataError(wrong)
        notices.append(f"{path} is not UTF-8 and is read as {encoding}; if that is wrong, say `encoding`")
    if kind == "lines":
        return _json(path, encoding, content, asked, tuple(notices))
    start = _text(head, encoding, path, whole)
    escaped = '\\"' in start
    start = start[:HEAD]
    if "\0" in start:
        raise DataError(f"{path} holds bytes that are no text; palate reads CSV, JSON, Parquet and workbooks")
    dialect = Dialect.of(start, asked, Path(name).suffix.lower(), escaped)
    if not (dialect.simple and encoding in ("utf-8", "utf-8-sig", "ascii")):
        text = decoded(path.read_bytes() if content is None else content, encoding, path)
        content, separator = rewritten(text, dialect)
    else:
        separator = dialect.separator
    table = Table(path, "delimited", (), asked, dialect, encoding, content, separator=separator)
    with table.reading():
        names = table._csv().collect_schema().names()
    columns = tuple(name.strip(" \t") for name in names)
    if not table.header:
        columns = tuple(f"column_{number}" for number in range(1, len(names) + 1))
    double = sorted({column.split("_duplicated_")[0] for column in columns if "_duplicated_" in column})
    double = [name for name in double if re.search(r"[^\W\d]", name)]
    if double and asked.header:
        notices.append(
            f"{path} has several columns called {listed(double)}; the first of each keeps the name"
        )
    padded = list(columns) != names
    return replace(table, columns=columns, notices=tuple(notices), padded=padded)


def _head(path: Path) -> bytes:
    """All of a small file, the first of a large one."""
    with path.open("rb") as stream:
        return stream.read(SMALL if path.stat().st_size <= SMALL else HEAD)


def _text(head: bytes, encoding: str, path: Path, whole: bool) -> str:
    if whole:
        return decoded(head, encoding, path)
    return head.decode(encoding, errors="replace").removeprefix("\ufeff")


def _typed(path: Path, kind: str, asked: Format) -> Table:
    if kind == "parquet":
        table = Table(path, "parquet", (), asked)
        with table.reading():
            return replace(table, columns=tuple(pl.scan_parquet(path, glob=False).collect_schema().names()))
    frame = arrow(path) if kind == "arrow" else workbook(path, asked.sheet)
    return Table(path, "arrow" if kind == "arrow" else "workbook", tuple(frame.columns), asked, frame=frame)


def _json(path: Path, encoding: str, content: bytes | None, asked: Format, notices: tuple[str, ...]) -> Table:
    size = path.stat().st_size if content is None else len(content)
    numbered = True
    if encoding != "utf-8" or size <= SMALL or not _starts_with_object(path, content):
        text = decoded(path.read_bytes() if content is None else content, encoding, path)
        lines = as_lines(text, path)
        numbered = lines is None
        text = text if lines is None else lines.decode()
        if lines is not None or encoding != "utf-8" or LONG_NUMBER.search(text) or NO_NUMBER.search(text):
            content = NO_NUMBER.sub(r"\1null", LONG_NUMBER.sub(r'\1"\2"', text)).encode()
    table = Table(
        path, "lines", (), asked, encoding=encoding, content=content, numbered=numbered, notices=notices
    )
    with table.reading():
        head = table._raw_lines().head(_LOOK_AT).collect()["line"].drop_nulls()
    paths = fields(value_of(line) for line in head)
    if not paths:
        raise DataError(f"{path} has no JSON object on any of its first lines; one object a line is expected")
    return replace(table, columns=tuple(paths), paths=paths)


def _starts_with_object(path: Path, content: bytes | None) -> bool:
    head = content[:HEAD] if content is not None else _head(path)[:HEAD]
    first = head.lstrip().split(b"\n", 1)[0]
    return isinstance(value_of(first.decode("utf-8", "replace")), dict)
