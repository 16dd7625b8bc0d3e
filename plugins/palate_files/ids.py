"""Ids: whole numbers where they all are, text otherwise."""

from __future__ import annotations

import polars as pl

_UUID = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))


def whole(text: pl.Expr) -> pl.Expr:
    """Text as int64, null where it is no whole number or starts with a zero it would lose."""
    padded = text.str.starts_with("0") & (text.str.len_bytes() > 1)
    return pl.when(~padded).then(text.cast(pl.Int64, strict=False))


def are_numbers(values: pl.Series) -> bool:
    """Whether these ids are whole numbers, by their type or as text."""
    if values.dtype != pl.String:
        return values.dtype.is_integer() or values.dtype.is_float()
    read = values.to_frame("id").select(whole(pl.col("id")))["id"]
    return read.null_count() == values.null_count() < len(values)


def expression(column: str, dtype: pl.DataType, numbers: bool) -> pl.Expr:
    """The ids of a column as int64 or text; null where there is none or it does not fit."""
    ids = pl.col(column)
    if dtype.is_float():
        ids = pl.when(ids == ids.floor()).then(ids.cast(pl.Int64, strict=False))
        return ids if numbers else ids.cast(pl.String)
    if dtype == pl.Binary:
        return binary(ids)
    if not numbers:
        return ids.cast(pl.String)
    return whole(ids) if dtype == pl.String else ids.cast(pl.Int64, strict=False)


def binary(ids: pl.Expr) -> pl.Expr:
    """UUIDs of 16 bytes as text in five groups; other bytes as UTF-8, null where they are not."""
    digits = ids.bin.encode("hex")
    groups = pl.concat_str([digits.str.slice(start, length) for start, length in _UUID], separator="-")
    return pl.when(ids.bin.size() == 16).then(groups).otherwise(ids.cast(pl.String, strict=False))


def column_of(values: pl.Series) -> pl.Series:
    """The ids of a table that has been read, by the same rules."""
    ids = expression("id", values.dtype, are_numbers(values))
    return values.to_frame("id").select(ids.alias("id"))["id"]
