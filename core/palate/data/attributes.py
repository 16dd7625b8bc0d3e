"""An attribute of the items as a matrix of items by values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp

from palate.data import Items
from palate.errors import ComponentError, closest, listed

SEPARATORS = ("|", ";", ",")


@dataclass(frozen=True)
class Values:
    """`matrix` csr float32[items, values], 1 where an item has a value; `names`, the values, ascending."""

    matrix: sp.csr_array
    names: list[str]


def values_of(items: Items, attribute: str) -> Values:
    """The values of an attribute: of a list its members, of a text with separators its parts.

    A text is taken apart at bars, semicolons or commas where that makes fewer different values:
    `Comedy, Romance` is, `Postman, The` is not. Empty values are none. Raises ComponentError where
    the items have no such attribute, or none has a value.
    """
    column = column_of(items, attribute)
    lists = column if isinstance(column.dtype, pl.List) else _parts(column.cast(pl.String))
    long = pl.DataFrame({"row": np.arange(len(items)), "value": lists.cast(pl.List(pl.String))})
    long = long.explode("value").with_columns(pl.col("value").str.strip_chars())
    long = long.filter(pl.col("value") != "").unique(maintain_order=True)
    if long.is_empty():
        raise ComponentError(f"no item has a value of the attribute {attribute!r}")
    names = long["value"].unique().sort()
    codes = names.search_sorted(long["value"]).to_numpy()
    shape = (len(items), len(names))
    ones = np.ones(len(codes), np.float32)
    return Values(sp.csr_array((ones, (long["row"].to_numpy(), codes)), shape=shape), names.to_list())


def column_of(items: Items, attribute: str) -> pl.Series:
    """The column of an attribute. Raises ComponentError that names those there are."""
    if attribute not in items.attributes:
        known, near = listed(items.attributes, 12) or "none at all", closest(attribute, items.attributes)
        raise ComponentError(f"the items have no attribute {attribute!r}; they have {known}.{near}")
    return items.frame[attribute]


def repeats(values: Values) -> bool:
    """Whether an attribute sorts items into groups: no more than a quarter as many values as items."""
    return bool(1 < len(values.names) <= max(2, values.matrix.shape[0] // 4))


def _parts(texts: pl.Series) -> pl.Series:
    whole = texts.fill_null("")
    for separator in SEPARATORS:
        apart = whole.str.split(separator)
        if apart.explode().str.strip_chars().n_unique() < whole.n_unique():
            return apart
    return whole.str.split("\0")
