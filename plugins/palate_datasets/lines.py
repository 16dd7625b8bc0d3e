"""Files of JSON lines, plain or packed, in blocks, so that a file may be larger than memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import polars as pl

from palate.errors import DataError, listed
from palate_datasets.literals import as_json, is_literal

BLOCK = 2**25
SHOWN = 60


def read_lines(path: Path, columns: Sequence[str], needed: Sequence[str] = ()) -> pl.DataFrame:
    """These fields of each line as text: of a list or an object its JSON, null where it has none.

    Lines may also be Python literals. Raises DataError with the number of the first line that does not
    read, or that has none of a `needed` field, and for a damaged file.
    """
    frames = []
    first = 1
    for block in blocks(path):
        frame = _frame(block, path, first, columns)
        _check(frame, block, path, first, needed)
        frames.append(frame)
        first += block.count(b"\n")
    if not frames:
        raise DataError(f"{path} is empty")
    return pl.concat(frames)


def blocks(path: Path, size: int = BLOCK) -> Iterator[bytes]:
    """The contents of a file, unpacked, in pieces of whole lines. Raises DataError where it is damaged."""
    rest = b""
    try:
        with _opened(path) as stream:
            while piece := stream.read(size):
                whole, newline, after = (rest + piece).rpartition(b"\n")
                if newline:
                    yield whole + newline
                rest = after
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} is damaged, or cannot be read: {error}; get the file again") from error
    if rest.strip():
        yield rest + b"\n"


def first_line(path: Path) -> str:
    """The first line that is not blank; empty where there is none. Raises DataError."""
    for block in blocks(path, 2**16):
        for line in block.decode("utf-8", "replace").splitlines():
            if line.strip():
                return line.lstrip("\ufeff")
    return ""


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _frame(block: bytes, path: Path, first: int, columns: Sequence[str]) -> pl.DataFrame:
    schema = dict.fromkeys(columns, pl.String)
    try:
        return pl.read_ndjson(_json(block), schema=schema)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise DataError(_fault(block, path, first)) from error


def _json(block: bytes) -> bytes:
    """The block, its lines as JSON where they are Python literals."""
    head = block.lstrip()[:3].decode("ascii", "replace")
    if not is_literal(head):
        return block
    lines = pl.Series(block.decode().splitlines())
    lines = lines.filter(lines.str.strip_chars() != "")
    found = as_json(lines)
    if found.null_count():
        raise UnicodeDecodeError("literal", b"", 0, 1, "a line is no literal")
    return "\n".join(found).encode()


def _check(frame: pl.DataFrame, block: bytes, path: Path, first: int, needed: Sequence[str]) -> None:
    without = frame.select(pl.any_horizontal(pl.col(needed).is_null())).to_series() if needed else pl.Series()
    if len(without) and without.any():
        at = int(without.arg_true()[0])
        missing = [name for name in needed if frame[name][at] is None]
        raise DataError(
            f"{path}, line {_numbered(block, first)[at]}: there is no {listed(missing)}, which "
            f"{int(without.sum()):,} of {frame.height:,} lines from {first} on are without"
        )


def _numbered(block: bytes, first: int) -> list[int]:
    """The number of each line that is not blank."""
    return [first + at for at, line in enumerate(block.split(b"\n")) if line.strip()]


def _fault(block: bytes, path: Path, first: int) -> str:
    """The first line of a block that does not read, in words."""
    for at, line in enumerate(block.split(b"\n")):
        if not line.strip():
            continue
        try:
            pl.read_ndjson(_json(line), schema={"": pl.String})
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            shown = line[:SHOWN].decode("utf-8", "replace")
            return f"{path}, line {first + at}: this is no JSON object: {shown!r}"
    return f"{path}: the lines from {first} on do not read as JSON"
