"""Users who count by how many of their events were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def shares(values: Array, events: Array | None) -> tuple[Array, Array | None]:
    """(Values float64[users, ...] whose plain mean is the mean over events, weights float64[users]).

    A weight is how many events a user has for each that the average user has. Without `events` the values
    are as they are, and there are no weights.
    """
    if events is None:
        return values, None
    weight = events / events.mean()
    return values * weight.reshape(-1, *([1] * (values.ndim - 1))), weight


def spread_of(apart: Array, weight: Array | None) -> Array:
    """The standard deviation over users of float64[users, ...] as `shares` gives them.

    What varies with the users drawn is also how many events they have: of a weighted mean M it is each
    user's share less their part of it, w(v - M) (Cochran, Sampling Techniques, 1977, section 6.3).
    """
    if weight is None:
        found: Array = apart.std(axis=0, ddof=1)
        return found
    rest = apart - weight.reshape(-1, *([1] * (apart.ndim - 1))) * apart.mean(axis=0)
    root: Array = np.sqrt((rest**2).sum(axis=0) / (len(apart) - 1))
    return root


def mean_over(values: Array, events: Array | None) -> Array:
    """The mean over users of float64[users, ...], NaN left out and where there is none; or over events."""
    there = ~np.isnan(values)
    weight = np.ones(len(values)) if events is None else events
    counts = there * weight.reshape(-1, *([1] * (values.ndim - 1)))
    total = counts.sum(axis=0)
    sums = (np.where(there, values, 0.0) * counts).sum(axis=0)
    found: Array = np.where(total > 0, sums / np.where(total > 0, total, 1), np.nan)
    return found
