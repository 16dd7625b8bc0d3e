"""What one collection has more of than another: log-odds with a prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIOR = 100.0


@dataclass(frozen=True)
class Sign:
    """Something said of a person's items more often than of everybody's.

    `items` of the person's items have it, a `share` of them; `average` is the share among all that
    everybody met. `z` is the log-odds ratio in standard deviations: above 2 is hardly chance.
    """

    name: str
    items: int
    share: float
    average: float
    z: float


def log_odds(own: NDArray[np.float64], everybody: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[things]: how far the odds of each thing are above everybody's, in standard deviations.

    `own` and `everybody` count how often each thing was met. The log-odds ratio with an informative
    Dirichlet prior of weight 100 in proportion to what everybody met, over its standard deviation:
    Monroe, Colaresi and Quinn, "Fightin' words", Political Analysis 2008. What everybody
    meets as often does not stand out, and what is rare stands out less surely.
    """
    total = everybody.sum()
    if not total:
        return np.zeros(len(own))
    prior = PRIOR * everybody / total
    known = everybody > 0
    one, other = (_odds(counts + prior, known) for counts in (own, everybody))
    ours, theirs = own + prior, everybody + prior
    deviation = np.sqrt(1 / np.where(known, ours, 1) + 1 / np.where(known, theirs, 1))
    return np.where(known, (one - other) / deviation, 0.0)


def _odds(counts: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The logarithm of each count over the sum of the others; 0 where it is not known."""
    rest = np.maximum(counts.sum() - counts, 1e-9)
    odds: NDArray[np.float64] = np.log(np.where(known, counts, rest) / rest)
    return odds


def signs(
    names: list[str],
    own: NDArray[np.float64],
    n_own: int,
    everybody: NDArray[np.float64],
    n_everybody: int,
    top: int,
) -> list[Sign]:
    """The things that stand out most, at most `top`, from counts over so many meetings.

    What fewer than 5% of the person's items have, or only one of several, is left out.
    """
    least = min(n_own, max(2, 0.05 * n_own))
    z = np.where(own >= least, log_odds(own, everybody), -np.inf)
    order = np.argsort(-z, kind="stable")[:top]
    return [
        Sign(
            names[at], int(own[at]), float(own[at] / n_own), float(everybody[at] / n_everybody), float(z[at])
        )
        for at in order
        if z[at] > 0
    ]
