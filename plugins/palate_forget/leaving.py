"""A dataset as if some users and items had never been in its source."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Dataset

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
    return dataset.keep(~users, ~items)


def _only_from(rows: NDArray[np.int32], going: Mask, table: pl.DataFrame) -> Mask:
    """Those of the table's rows that had events, have none left, and have no attribute."""
    had, left = (np.bincount(rows[part], minlength=table.height) > 0 for part in (going, ~going))
    about = [pl.col(name).is_not_null() for name in table.columns if name != "id"]
    known = (
        table.select(pl.any_horizontal(about)).to_series().to_numpy() if about else np.zeros(len(had), bool)
    )
    found: Mask = had & ~left & ~known
    return found
