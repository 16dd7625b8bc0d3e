"""The part of a split that a column of the file names."""

from __future__ import annotations

import polars as pl

from palate.data import PARTS
from palate.errors import DataError, listed

OTHERS = {
    "training": "train", "valid": "validation", "val": "validation", "dev": "validation",
    "testing": "test", "eval": "test",
}  # fmt: skip
"""What parts are called elsewhere."""


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The interactions with their column `part`, if they have one, as the numbers of `PARTS`.

    Names are compared without regard to case and spaces. Raises DataError for others.
    """
    if frame.schema.get("part") != pl.String:
        return frame
    plain = frame["part"].str.strip_chars().str.to_lowercase().replace(OTHERS)
    unknown = frame["part"].filter(~plain.is_in(list(PARTS)))
    if len(unknown):
        shown = listed(unknown.unique().sort(), 4)
        raise DataError(
            f"`columns.part`: parts are called train, validation and test; {len(unknown):,} rows have {shown}"
        )
    return frame.with_columns(plain.replace_strict(list(PARTS), list(PARTS.values()), return_dtype=pl.UInt8))
