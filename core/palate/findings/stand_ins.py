"""Values that seem to stand for a missing one: -1, 9999, NA, ?"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

BELOW = (0.0, -1.0, -9.0, -99.0, -999.0, -9999.0)
ABOVE = (99.0, 999.0, 9999.0, 99999.0, 999999.0)
WORDS = ("na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", "--", ".", "unknown", "missing")
FEWEST = 3
"""How many different values there must be besides: -1 beside 1 is a label."""


def numbers_for_missing(values: NDArray[np.floating], zero: bool = False) -> dict[float, int]:
    """Each number that lies apart from all the others and is often written for none, with its count.

    `zero` says that 0 is looked for too: among ratings from 1 to 5, but not among prices.
    """
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values)]
    different, counts = np.unique(values, return_counts=True)
    often = np.isin(different, (*BELOW, *ABOVE))
    rest = different[~often]
    if len(rest) < FEWEST:
        return {}
    low, high = float(rest[0]), float(rest[-1])
    return {
        value: count
        for value, count in zip(different[often].tolist(), counts[often].tolist(), strict=True)
        if (value in BELOW and value < low and low >= 0 and (zero or value != 0))
        or (value in ABOVE and value > 5 * abs(high))
    }


def words_for_missing(values: pl.Series) -> dict[str, int]:
    """Each text that is often written for none, as it stands there, with its count."""
    if values.dtype != pl.String:
        return {}
    wrong = values.filter(values.str.strip_chars().str.to_lowercase().is_in(WORDS))
    counted = wrong.value_counts(sort=True)
    return dict(zip(counted[values.name].to_list(), counted["count"].to_list(), strict=True))
