"""What the metrics beyond accuracy use: means over the ranked items, and attributes of items."""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import Items, Ranking, Truth
from palate.errors import ComponentError


def mean_of_ranked(values: NDArray[np.float64], ranking: Ranking, k: int) -> NDArray[np.float64]:
    """float64[n]: the mean of `values` (float64[items]) over the first k, empty places left out.

    NaN for a user without ranked items.
    """
    items = ranking.items[:, :k]
    there = items >= 0
    count = np.count_nonzero(there, axis=1)
    total = np.where(there, values[np.maximum(items, 0)], 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def attribute_matrix(metric: str, truth: Truth, attribute: str) -> sp.csr_array:
    """Items x values, float64, 1 where the item has the value; a row of zeros where it has none.

    The attribute is a column of the items: lists, or single texts or numbers. Raises ComponentError
    where there is no such column.
    """
    items = _items(metric, truth, attribute)
    column = items.frame[attribute]
    lists = column if column.dtype == pl.List else column.cast(pl.String).reshape((-1, 1)).arr.to_list()
    frame = pl.DataFrame({"row": np.arange(len(items)), "value": lists.cast(pl.List(pl.String))})
    long = frame.explode("value").drop_nulls().unique()
    codes = long["value"].rank("dense").to_numpy() - 1
    width = int(codes.max()) + 1 if len(codes) else 0
    pairs = (long["row"].to_numpy(), codes.astype(np.int64))
    return sp.csr_array((np.ones(len(codes)), pairs), shape=(len(items), width))


def _items(metric: str, truth: Truth, attribute: str) -> Items:
    if truth.items is None:
        raise ComponentError(f"metric {metric!r} needs the items, and got none")
    if attribute not in truth.items.attributes:
        known = ", ".join(truth.items.attributes) or "none"
        raise ComponentError(
            f"metric {metric!r} needs items with the attribute {attribute!r}; they have {known}: "
            "give its option `attribute`"
        )
    return truth.items
