"""What one collection has more of than another: log-odds with a prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIOR = 100.0


@dataclass(frozen=True)
class DistinctiveFeature:
    """A word or value that a user's items have more often than the items of all users.

    `items` of the user's items have it, a `share` of them; `average` is the share among the items of all
    users. `z` is the log-odds ratio in standard deviations: above 2 is hardly chance.
    """

    name: str
    items: int
    share: float
    average: float
    z: float


def log_odds(own: NDArray[np.float64], overall: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n]: how far the odds of each feature are above the overall ones, in standard deviations.

    `own` and `overall` count the interactions with items that have each feature, of one user and of all.
    The log-odds ratio with an informative Dirichlet prior of weight 100 in proportion to the overall
    counts, over its standard deviation: Monroe, Colaresi and Quinn, "Fightin' words", Political Analysis
    2008. A feature that is as frequent overall has 0, and a rare one a larger deviation.
    """
    total = overall.sum()
    if not total:
        return np.zeros(len(own))
    prior = PRIOR * overall / total
    known = overall > 0
    one, other = (_odds(counts + prior, known) for counts in (own, overall))
    ours, theirs = own + prior, overall + prior
    deviation = np.sqrt(1 / np.where(known, ours, 1) + 1 / np.where(known, theirs, 1))
    return np.where(known, (one - other) / deviation, 0.0)


def _odds(counts: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The logarithm of each count over the sum of the others; 0 where it is not known."""
    rest = np.maximum(counts.sum() - counts, 1e-9)
    odds: NDArray[np.float64] = np.log(np.where(known, counts, rest) / rest)
    return odds


def distinctive(
    names: list[str],
    own: NDArray[np.float64],
    n_own: int,
    overall: NDArray[np.float64],
    n_overall: int,
    top: int,
) -> list[DistinctiveFeature]:
    """The features with the highest log-odds, at most `top`, from counts over so many interactions.

    What fewer than 5% of the user's items have, or only one of several, is left out.
    """
    least = min(n_own, max(2, 0.05 * n_own))
    z = np.where(own >= least, log_odds(own, overall), -np.inf)
    order = np.argsort(-z, kind="stable")[:top]
    return [
        DistinctiveFeature(
            names[at], int(own[at]), float(own[at] / n_own), float(overall[at] / n_overall), float(z[at])
        )
        for at in order
        if z[at] > 0
    ]
