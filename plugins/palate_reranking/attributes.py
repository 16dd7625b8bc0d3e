"""An attribute of the items as a matrix."""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy.sparse as sp

from palate.data import Items
from palate.errors import ComponentError


def column(who: str, items: Items, attribute: str) -> pl.Series:
    """The attribute, one value or list for each item. Raises ComponentError without it."""
    if attribute not in items.attributes:
        known = ", ".join(items.attributes) or "none"
        raise ComponentError(f"{who} needs items with the attribute {attribute!r}; they have {known}")
    return items.frame[attribute]


def values_of(series: pl.Series) -> pl.DataFrame:
    """`row` and `value` (text), once each, for every value of every item; items without one are absent."""
    lists = series if series.dtype == pl.List else series.cast(pl.String).reshape((-1, 1)).arr.to_list()
    frame = pl.DataFrame({"row": np.arange(len(series)), "value": lists.cast(pl.List(pl.String))})
    return frame.explode("value").drop_nulls().unique(maintain_order=True)


def as_stored(value: str | int | float, series: pl.Series) -> str:
    """A value as the column has it, as text: `0012` is 12 among numbers, and itself among texts."""
    inner = series.dtype.inner if isinstance(series.dtype, pl.List) else series.dtype
    text = pl.Series([str(value)])
    if inner is None or not inner.is_numeric():
        return str(value)
    number = text.cast(pl.Float64 if inner.is_float() else pl.Int64, strict=False)
    return str(value) if number.null_count() else str(number.cast(inner, strict=False).cast(pl.String)[0])


def shares(who: str, items: Items, attribute: str) -> sp.csr_array:
    """Items x values, float64: each item's values, one in all; zeros for an item without any."""
    long = values_of(column(who, items, attribute))
    codes = long["value"].rank("dense").to_numpy().astype(np.int64) - 1
    width = int(codes.max()) + 1 if len(codes) else 0
    rows = long["row"].to_numpy()
    count = np.bincount(rows, minlength=len(items))
    return sp.csr_array((1 / count[rows], (rows, codes)), shape=(len(items), width))
