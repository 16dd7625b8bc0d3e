"""Weights that hold on other users than those they were found on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate_fusion.support import Part, Values, Weights, gain_of, parts_of

RESAMPLES = 200
MAJORITY = 0.5
PULL = 0.3
STEPS = (1.0, 0.75, 0.5, 0.25)


@dataclass(frozen=True)
class Steadied:
    """Weights that sum to 1, what each branch adds, and those that count as equally good, the best first."""

    weights: Weights
    parts: dict[str, Part]
    equal: tuple[str, ...]


def steadied(tried: Sequence[Weights], values: Values, caution: float, rng: np.random.Generator) -> Steadied:
    """Weights between the best of those `tried` and what would have been found on other users.

    The best of many weightings owes its place to chance in part, so it is averaged, in three ways:

    1. The users of the validation part are drawn again with replacement, 200 times, and the weightings that
       are best on each draw are averaged (bagging: Breiman, Machine Learning 1996). A branch to which fewer
       than half of the draws give a weight is left out, as in the median probability model (Barbieri and
       Berger, The Annals of Statistics 2004), unless it counts as equally good.
    2. Branches that alone are at most `caution` standard errors below the best, paired over users, count as
       equally good. The weights go 0.3 of the way to equal ones of these, which are hard to beat out of
       sample: Clemen, Combining forecasts, International Journal of Forecasting 1989.
    3. They go back towards the best tried, a quarter of the way at a time, while they are more than
       `caution` standard errors below that, or the mean value on the validation part is under that of the
       best branch alone: it never ends there.

    `tried` has each branch alone among others; `values(weights)` gives float64[users], NaN for none.
    """
    names = list(tried[0])
    alone = {name: values(_only(names, [name])) for name in names}
    equal = equally_good(alone, caution)
    more = (_only(names, equal[:count]) for count in range(1, len(equal) + 1))
    known = sorted(_different([*tried, *more]), key=lambda weights: sum(map(bool, weights.values())))
    table = np.stack([values(weights) for weights in known])
    table = table[:, np.isfinite(table).all(axis=0)]
    mean, shares = _resampled(known, table, rng)
    kept = {name: mean[name] if shares[name] >= MAJORITY or name in equal else 0.0 for name in names}
    steady = mixed(_whole(kept), _whole(_only(names, equal)), PULL)
    best, floor = known[int(table.mean(axis=1).argmax())], float(np.nanmean(alone[equal[0]]))
    weights = _towards(best, steady, values, floor, caution)
    return Steadied(weights, parts_of(weights, mean, values, shares), equal)


def _towards(best: Weights, steady: Weights, values: Values, floor: float, caution: float) -> Weights:
    """As far from the best weights to steady ones as the validation part allows."""
    highest = values(best)
    for step in STEPS:
        weights = mixed(best, steady, step)
        reached = values(weights)
        lost = gain_of(highest, reached)
        if np.nanmean(reached) >= floor and lost["gain"] <= caution * lost["error"]:
            return weights
    return best


def equally_good(alone: dict[str, NDArray[np.float64]], caution: float) -> tuple[str, ...]:
    """The branches at most `caution` standard errors below the best, the best first."""
    ordered = sorted(alone, key=lambda name: -np.nanmean(alone[name]))
    best, *others = ordered
    gaps = {name: gain_of(alone[best], alone[name]) for name in others}
    return (best, *(name for name in others if gaps[name]["gain"] <= caution * gaps[name]["error"]))


def mixed(weights: Weights, others: Weights, share: float) -> Weights:
    """`share` of the way from one weighting to another."""
    return {name: (1 - share) * weights[name] + share * others[name] for name in weights}


def _resampled(
    known: Sequence[Weights], table: NDArray[np.float64], rng: np.random.Generator
) -> tuple[Weights, dict[str, float]]:
    """The mean of the weightings that are best on resamples of the users, and how often each branch has one.

    Of equally good weightings the first is taken.
    """
    users = table.shape[1]
    counts = rng.multinomial(users, np.full(users, 1 / users), size=RESAMPLES)
    best = (table @ counts.T.astype(np.float64)).argmax(axis=0)
    chosen = np.array([list(weights.values()) for weights in known])[best]
    names = list(known[0])
    mean, shares = chosen.mean(axis=0).tolist(), (chosen > 0).mean(axis=0).tolist()
    return dict(zip(names, mean, strict=True)), dict(zip(names, shares, strict=True))


def _different(weightings: Iterable[Weights]) -> list[Weights]:
    """Each weighting once, its weights with a sum of 1."""
    found = {tuple(round(weight, 9) for weight in whole.values()): whole for whole in map(_whole, weightings)}
    return list(found.values())


def _only(names: Iterable[str], some: Iterable[str]) -> Weights:
    return dict.fromkeys(names, 0.0) | dict.fromkeys(some, 1.0)


def _whole(weights: Weights) -> Weights:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}
