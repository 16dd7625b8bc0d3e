"""One metric over all users: its mean, and how far the mean may be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """The mean of one metric with its 95% confidence interval from `low` to `high`.

    `users` were counted. A single user says nothing about others: `low` and `high` are NaN; so is
    everything without any.
    """

    mean: float
    low: float
    high: float
    users: int


def summarise(values: NDArray[np.float64]) -> Summary:
    """The mean of float64[n], NaN left out, with Student's t interval.

    mean ± t(n - 1) · s / √n: the normal approximation of the mean, which the central limit theorem
    grants for values within bounds, widened for few users. It needs no random numbers and at
    thousands of users agrees with a bootstrap. For comparing two pipelines it is the wrong tool:
    they share their users, and paired differences vary far less.
    """
    from scipy.special import stdtrit

    counted = values[~np.isnan(values)]
    n = len(counted)
    if n == 0:
        return Summary(np.nan, np.nan, np.nan, 0)
    mean = float(counted.mean())
    if n == 1:
        return Summary(mean, np.nan, np.nan, 1)
    margin = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) * counted.std(ddof=1) / np.sqrt(n))
    return Summary(mean, mean - margin, mean + margin, n)
