"""A transform fitted on the items met in training."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Items


def learned(transform: Any, vectors: NDArray[np.float32], trained: NDArray[np.bool_], items: Items) -> Any:
    """The transform after learning from float32[items, d] where `trained` bool[items] is true.

    One that says so in `wants_items()` is given those items too.
    """
    if callable(getattr(transform, "wants_items", None)) and transform.wants_items():
        return transform.fit(vectors[trained], Items(items.frame.filter(pl.Series(trained))))
    return transform.fit(vectors[trained])
