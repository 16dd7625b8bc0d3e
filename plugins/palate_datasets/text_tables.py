"""Text files of columns, read as text, with what is wrong said in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from palate.errors import DataError, listed
from palate.paths import literally
from palate_datasets.lines import first_line

SHOWN = 8


@contextmanager
def reading(path: Path, how: str) -> Iterator[None]:
    """Turn what the reader of a file says into a DataError of one line that says how it should be."""
    try:
        yield
    except pl.exceptions.NoDataError as error:
        raise DataError(f"{path} is empty") from error
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} does not read as {how}: {said}") from error


def headless(path: Path, names: Sequence[str]) -> pl.DataFrame:
    """A file with tabs and no header. Raises DataError for another number of columns."""
    with reading(path, "columns with tabs"):
        frame = pl.read_csv(
            literally(path), separator="\t", quote_char=None, has_header=False, infer_schema=False
        )
    if frame.width != len(names):
        raise DataError(f"{path} has {frame.width} columns; there should be {len(names)}: {', '.join(names)}")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def headed(path: Path, needed: Sequence[str], separator: str = ",", quote: str | None = '"') -> pl.LazyFrame:
    """A file with a header, to be collected within `reading`. Raises DataError where a column is missing."""
    head = first_line(path).strip("\r\n").split(separator)
    has_columns(path, [name.strip('"') for name in head], needed)
    return pl.scan_csv(
        path,
        separator=separator,
        infer_schema=False,
        quote_char=quote,
        truncate_ragged_lines=True,
        glob=False,
    )


def columns(path: Path, needed: Sequence[str], separator: str = ",") -> pl.DataFrame:
    """These columns of a file with a header."""
    with reading(path, f"columns with {separator!r}"):
        return headed(path, needed, separator).select(needed).collect()


def words(path: Path, rows: int | None = None) -> pl.Series:
    """The words of each line, which spaces or tabs part, as lists."""
    with reading(path, "lines of text"):
        lines = pl.read_csv(
            literally(path), has_header=False, separator="\x01", quote_char=None, infer_schema=False,
            new_columns=["line"], n_rows=rows,
        )["line"]  # fmt: skip
        return lines.str.extract_all(r"\S+")


def has_columns(path: Path, known: Sequence[str], needed: Sequence[str]) -> None:
    """Raises DataError where a needed column is not among those of a file."""
    missing = [name for name in needed if name not in known]
    if missing:
        raise DataError(f"{path} has no column {listed(missing)}; it has {listed(known, SHOWN)}")
