"""Ids: whole numbers where they all are, text otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl

Form = Literal["whole", "loose", "text"]
"""Whole numbers; whole numbers of which some have a decimal point, as pandas writes them; text."""

_UUID = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
_EXACT = 2**53


def whole(text: pl.Expr) -> pl.Expr:
    """Text as int64, null where it is no whole number or starts with a zero it would lose."""
    padded = text.str.starts_with("0") & (text.str.len_bytes() > 1)
    return pl.when(~padded).then(text.cast(pl.Int64, strict=False))


def loose(text: pl.Expr) -> pl.Expr:
    """Text as int64 where 12.0 and 1.2e1 are 12; null where it is no whole number."""
    number = text.cast(pl.Float64, strict=False)
    exact = text.str.contains(r"^\d+(\.\d+)?[eE]\+?\d+$") & (number < _EXACT) & (number == number.floor())
    return pl.coalesce(
        whole(text.str.replace(r"\.0*$", "")), pl.when(exact).then(number.cast(pl.Int64, strict=False))
    )


def form_of(values: pl.Series) -> Form:
    """The form of these ids, by their type or as text."""
    if values.dtype != pl.String:
        return "whole" if values.dtype.is_integer() or values.dtype.is_float() else "text"
    there = values.drop_nulls().to_frame("id")
    if there.is_empty():
        return "text"
    for form, read in (("whole", whole), ("loose", loose)):
        if not there.select(read(pl.col("id"))).to_series().null_count():
            return form  # type: ignore[return-value]
    return "text"


def together(forms: Iterable[Form]) -> Form:
    """The form of ids that come from several files."""
    found = set(forms)
    return "text" if "text" in found else "loose" if "loose" in found else "whole"


def expression(column: str, dtype: pl.DataType, form: Form) -> pl.Expr:
    """The ids of a column as int64 or text; null where there is none or it does not fit."""
    ids = pl.col(column)
    if dtype.is_float():
        ids = pl.when(ids == ids.floor()).then(ids.cast(pl.Int64, strict=False))
        return ids.cast(pl.String) if form == "text" else ids
    if dtype == pl.Binary:
        return binary(ids)
    if form == "text":
        return ids.cast(pl.String)
    if dtype != pl.String:
        return ids.cast(pl.Int64, strict=False)
    return whole(ids) if form == "whole" else loose(ids)


def binary(ids: pl.Expr) -> pl.Expr:
    """UUIDs of 16 bytes as text in five groups; other bytes as UTF-8, null where they are not."""
    digits = ids.bin.encode("hex")
    groups = pl.concat_str([digits.str.slice(start, length) for start, length in _UUID], separator="-")
    return pl.when(ids.bin.size() == 16).then(groups).otherwise(ids.cast(pl.String, strict=False))


def column_of(values: pl.Series) -> pl.Series:
    """The ids of a table that has been read, by the same rules."""
    ids = expression("id", values.dtype, form_of(values))
    return values.to_frame("id").select(ids.alias("id"))["id"]
