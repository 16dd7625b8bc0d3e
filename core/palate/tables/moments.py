"""A column of items or users, or a text of a recipe, as moments in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.errors import DataError, listed
from palate.tables.clock import Clock


def moments(column: pl.Series, where: str, time_format: str = "auto") -> NDArray[np.float64]:
    """float64[n]: seconds since 1970, NaN where there is none.

    `time_format` is as in the source `files`: `auto`, `iso`, `s`, `ms`, `days`, a pattern such as
    `%d.%m.%Y`. Raises DataError, which begins with `where`, for values that are no times.
    """
    values = column.alias("time")
    if values.dtype == pl.String:
        values = values.str.strip_chars()
        values = values.set(values == "", None)
    clock = Clock.of(values, time_format, where)
    seconds = values.to_frame().select(clock.expression("time", values.dtype))["time"]
    wrong = values.filter(seconds.is_null() & values.is_not_null())
    if len(wrong):
        raise DataError(f"{where}: {len(wrong):,} values are no times, such as {listed(wrong.head(3))}")
    return seconds.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def moment(text: Any, where: str) -> float:
    """One moment written as text, such as `2025-07-15`. Raises DataError where it is none."""
    return float(moments(pl.Series([str(text)]), where)[0])
