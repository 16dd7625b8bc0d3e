"""Frames as files: equal frames are equal files, whatever was done to them before."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame in Arrow's format, so that the bytes depend on its values alone.

    As views, which polars writes unless told, text is laid out by where it came from; and a column out of
    which missing values were filled keeps a mask that masks nothing.
    """
    columns = [_unmasked(column) for column in frame.rechunk()]
    oldest = pl.CompatLevel.oldest()
    pl.DataFrame(columns).write_ipc(path, compression="uncompressed", compat_level=oldest)


def _unmasked(column: pl.Series) -> pl.Series:
    """The same column without a mask where nothing is missing; copied only where it may have one."""
    if column.null_count() or (column.dtype.is_numeric() and column.estimated_size() <= _size(column)):
        return column
    return column.gather(pl.int_range(len(column), eager=True))


def _size(column: pl.Series) -> int:
    """Bytes of the numbers alone."""
    return len(column) * int(column.head(0).to_numpy().dtype.itemsize)
