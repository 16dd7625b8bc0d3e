"""The features that LightFM fits an embedding to: each item itself, its attributes and its vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import Items
from palate.errors import ComponentError, closest


def item_features(items: Items, columns: Sequence[str], warm: NDArray[np.bool_]) -> sp.csr_array:
    """0/1 float32[items, warm items + values]: one column for each warm item, one for each value.

    `columns` are attributes of the items; a list gives a 1 for each of its members, a missing value
    none. Raises ComponentError for an attribute that the items do not have.
    """
    blocks = [_identity(warm), *(_indicators(_column(items, name)) for name in columns)]
    return sp.csr_array(sp.hstack(blocks, format="csr", dtype=np.float32))


def text_features(vectors: NDArray[np.float32] | None) -> sp.csr_array:
    """Float32[items, d]: the vectors at length one. Raises ComponentError where there are none."""
    if vectors is None:
        raise ComponentError(
            "ranker 'lightfm' has `text_features: true` and no item vectors; add `encode:` to its branch"
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return sp.csr_array(vectors / np.maximum(lengths, np.finfo(np.float32).tiny))


def _identity(warm: NDArray[np.bool_]) -> sp.csr_array:
    rows = np.flatnonzero(warm)
    ones = np.ones(len(rows), np.float32)
    return sp.csr_array((ones, (rows, np.arange(len(rows)))), shape=(len(warm), len(rows)))


def _column(items: Items, name: str) -> pl.Series:
    if name not in items.attributes:
        known = items.attributes
        raise ComponentError(
            f"ranker 'lightfm': the items have no attribute {name!r} for `item_features`."
            f"{closest(name, known)} They have {', '.join(known) or 'none'}."
        )
    return items.frame[name]


def _indicators(values: pl.Series) -> sp.csr_array:
    frame = pl.DataFrame({"row": np.arange(len(values)), "value": values})
    if isinstance(values.dtype, pl.List):
        frame = frame.explode("value")
    frame = frame.with_columns(pl.col("value").cast(pl.String)).drop_nulls().unique().sort("row", "value")
    place = frame["value"].rank("dense").to_numpy().astype(np.int64) - 1
    shape = (len(values), int(place.max(initial=-1)) + 1)
    return sp.csr_array((np.ones(len(place), np.float32), (frame["row"].to_numpy(), place)), shape=shape)
