"""Files that are read at once: workbooks and Arrow files."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from palate.errors import DataError, closest, listed
from palate.tables.unpacking import check_members


def workbook(path: Path, sheet: str | None) -> pl.DataFrame:
    """One sheet of a workbook. Raises DataError for a damaged one, or where the sheet is not there."""
    try:
        import fastexcel
    except ImportError as error:
        raise DataError(
            f'{path} is a workbook, which needs a library: pip install "palate[excel]", or save it as CSV'
        ) from error
    try:
        if zipfile.is_zipfile(path):
            check_members(path)
        book = fastexcel.read_excel(path)
        names = book.sheet_names
    except (fastexcel.FastExcelError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataError(f"{path} is damaged, or no workbook that palate reads; save it as CSV") from error
    if not names or (sheet is not None and sheet not in names):
        near = closest(sheet or "", names)
        raise DataError(f"{path} has no sheet {sheet!r}.{near} It has {listed(names) or 'none'}")
    try:
        with _silent("fastexcel"):
            frame = book.load_sheet(sheet or names[0]).to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise DataError(f"sheet {sheet or names[0]!r} of {path} is empty, or no table") from error
    return plain_types(frame)


@contextmanager
def _silent(name: str) -> Iterator[None]:
    """Keep what a reader says of columns without values to itself."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def arrow(path: Path) -> pl.DataFrame:
    """An Arrow file (Feather). Raises DataError where it is damaged."""
    try:
        return plain_types(pl.read_ipc(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{path} is damaged, or no Arrow file") from error


def plain_types(frame: pl.DataFrame) -> pl.DataFrame:
    """Decimals as floats, categories as text."""
    return frame.with_columns(
        column.cast(pl.Float64 if column.dtype == pl.Decimal else pl.String)
        for column in frame
        if column.dtype in (pl.Decimal, pl.Categorical, pl.Enum)
    )
