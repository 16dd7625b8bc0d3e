"""What users say of items, for those who ask them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import History

Discount = Literal["none", "log", "linear"]


def votes(history: History, discount: Discount) -> sp.csr_array:
    """Users x items, float32: how strongly each likes an item, less where a user likes many.

    `log` divides by log(1 + items), as Adamic and Adar do; `linear` by the number of items.
    """
    likes = history.weights
    if discount == "none":
        return likes
    items = np.maximum(np.diff(likes.indptr), 1).astype(np.float64)
    weight = 1 / (items if discount == "linear" else np.log1p(items))
    data = likes.data * np.repeat(weight, np.diff(likes.indptr)).astype(np.float32)
    return sp.csr_array((data, likes.indices, likes.indptr), shape=likes.shape)


def numbered(ids: pl.Series, users: pl.DataFrame) -> NDArray[np.int64]:
    """int64[n]: the row number of the user with each id, -1 where there is none."""
    known = users["id"].cast(pl.String).to_list()
    row = {each: at for at, each in enumerate(known)}
    return np.array([row.get(each, -1) for each in ids.cast(pl.String).to_list()], np.int64)
