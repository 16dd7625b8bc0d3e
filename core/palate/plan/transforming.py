"""A transform fitted on the items in training, and applied."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.components.calling import calling, checked_array
from palate.data import Items
from palate.errors import ComponentError


def learned(transform: Any, vectors: NDArray[np.float32], trained: NDArray[np.bool_], items: Items) -> Any:
    """The transform fitted on the rows of float32[items, d] where `trained` bool[items] is true.

    One that says so in `wants_items()` is given those items too.
    """
    who = f"transform {transform.name!r}"
    rows = read_only(vectors[trained])
    with calling(who):
        if callable(getattr(transform, "wants_items", None)) and transform.wants_items():
            fitted = transform.fit(rows, Items(items.frame.filter(pl.Series(trained))))
        else:
            fitted = transform.fit(rows)
    if fitted is not transform:
        raise ComponentError(f"{who}: fit() must return the transform itself")
    return fitted


def transformed(transform: Any, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[items, d']: the vectors after a fitted transform, all of them numbers."""
    who = f"transform {transform.name!r}"
    with calling(who):
        found = transform.apply(read_only(vectors))
    found = checked_array(found, who, (len(vectors), None), what="vectors")
    if not np.isfinite(found).all():
        raise ComponentError(f"{who} makes NaN or infinite vectors")
    return found
