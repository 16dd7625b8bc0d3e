"""A dataset as if some users and items had never been in its source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Dataset, Items

Mask = NDArray[np.bool_]


def without(dataset: Dataset, users: Mask, items: Mask) -> Dataset:
    """The dataset without these users and items (bool over the rows), and without what only they brought.

    An item that had events of these users alone goes where no attribute says anything of it, since then it
    was known from these events alone; and likewise a user of these items.
    """
    if not users.any() and not items.any():
        return dataset
    user, item = (dataset.interactions[name].to_numpy() for name in ("user", "item"))
    going = users[user] | items[item]
    items = items | _only_from(item, going, dataset.items.frame)
    users = users | _only_from(user, going, dataset.users)
    left = dataset.keep(~users, ~items)
    return replace(
        left,
        interactions=_own_values(left.interactions),
        items=Items(_own_values(left.items.frame)),
        users=_own_values(left.users),
    )


def _own_values(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with values of its own: what was filtered still has all texts behind it, and writes them."""
    plain = (column.dtype.is_numeric() or column.dtype.is_temporal() for column in frame)
    return pl.DataFrame(
        [
            column if shares_nothing else pl.Series(column.name, column.to_list(), dtype=column.dtype)
            for column, shares_nothing in zip(frame, plain, strict=True)
        ]
    )


def _only_from(rows: NDArray[np.int32], going: Mask, table: pl.DataFrame) -> Mask:
    """Those of the table's rows that had events, have none left, and have no attribute."""
    had, left = (np.bincount(rows[part], minlength=table.height) > 0 for part in (going, ~going))
    about = [pl.col(name).is_not_null() for name in table.columns if name != "id"]
    known = (
        table.select(pl.any_horizontal(about)).to_series().to_numpy() if about else np.zeros(len(had), bool)
    )
    found: Mask = had & ~left & ~known
    return found
