"""Finding weights for branches by evaluating some on the validation part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isnan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError
from palate_fusion.normalisation import METHODS, Method
from palate_fusion.steadying import steadied
from palate_fusion.support import Part, Weights, in_words, left_out, parts_of
from palate_fusion.weighted_sum import few_rows, fused

GRID = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5)
SMALLEST = 0.05
STEP = 1.5
FINEST_STEP = 1.05

Objective = Callable[[Mapping[str, float]], float]


@dataclass(frozen=True)
class Tuned:
    """Tuned weights, what each branch adds, and which count as equally good, the best first."""

    weights: Weights
    parts: dict[str, Part]
    equal: tuple[str, ...] = ()


def tuned_weights(
    scores: Mapping[str, NDArray[np.float32]],
    normalize: Method,
    values: Callable[[NDArray[np.float32]], NDArray[np.float64]],
    trials: int,
    caution: float,
    rng: np.random.Generator,
) -> Tuned:
    """Weights of the weighted sum of normalised scores with a high mean of `values`.

    Those with the highest mean found are made steadier as in `palate_fusion.steadying`, unless `caution` is
    0. The scores are normalised once, into a copy as large as they are. `values` has one for each user, NaN
    for none. The branch that is best alone has the weight 1, if it has any.
    """
    shape = next(iter(scores.values())).shape
    blocks = {name: np.empty(shape, np.float32) for name in scores}
    for rows in few_rows(*shape):
        for name, block in blocks.items():
            block[rows] = METHODS[normalize](scores[name][rows])
    steady = normalize == "z-score"
    units = {name: 1.0 if steady else 1 / spread(block) for name, block in blocks.items()}
    known: dict[tuple[float, ...], NDArray[np.float64]] = {}

    def of_users(weights: Mapping[str, float]) -> NDArray[np.float64]:
        """The values under weights in units; those with other sums give the same rankings."""
        whole = sum(weights.values())
        key = tuple(round(weights[name] / whole, 9) for name in units)
        if key not in known:
            sums = fused((shape[0], shape[1]), scaled(weights, units), lambda name, rows: blocks[name][rows])
            known[key] = values(sums)
        return known[key]

    found = search(units, lambda weights: mean_of(of_users(unscaled(weights, units))), trials)
    if not caution:
        return Tuned(found, parts_of(unscaled(found, units), {}, of_users, {}))
    tried = [dict(zip(units, weights, strict=True)) for weights in known]
    result = steadied(tried, of_users, caution, rng)
    return Tuned(led_by(result.equal[0], scaled(result.weights, units)), result.parts, result.equal)


def remarked(fuser: Any) -> dict[str, Any]:
    """What a fuser found: its `weights`, the `parts` of its branches, in `words` what was done with each.

    `said` is what to tell about branches that were left out.
    """
    weights, parts = getattr(fuser, "weights_", None), getattr(fuser, "parts_", None)
    if weights is None or parts is None:
        return {}
    words = in_words(weights, parts, fuser.equal_)
    return {"weights": weights, "parts": parts, "words": words, "said": left_out(weights, words)}


def mean_of(values: NDArray[np.float64]) -> float:
    """The mean over those that have a value; NaN without any."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")


def scaled(weights: Mapping[str, float], units: Mapping[str, float]) -> Weights:
    return {name: weight * units[name] for name, weight in weights.items()}


def unscaled(weights: Mapping[str, float], units: Mapping[str, float]) -> Weights:
    return {name: weight / units[name] for name, weight in weights.items()}


def led_by(best: str, weights: Weights) -> Weights:
    """The same in proportion, with the weight 1 for the best branch, or for the heaviest if it has none."""
    scale = weights[best] or max(weights.values())
    return {name: weight / scale for name, weight in weights.items()}


def search(units: Mapping[str, float], evaluate: Objective, trials: int) -> Weights:
    """The weights, none below 0, with the highest value found; that of the strongest branch is 1.

    A coordinate search without derivatives, in the manner of Powell (The Computer Journal, 1964).
    It evaluates every branch alone and all with equal weights; from the best of these it moves the
    weight of each branch but the strongest along a grid, strong branches first; then it takes smaller
    and smaller steps up, down and to 0. It draws no random numbers and tries at most `trials`
    weightings besides the branches alone. `units` is the size of a weight of 1 in each branch: one over
    the spread of its scores. Of two equally good weightings the one with fewer branches wins. Raises
    ComponentError for a value that is NaN.
    """
    nothing = dict.fromkeys(units, 0.0)
    found = _Search(units, evaluate, trials + len(units))
    alone = {name: found.value(nothing | {name: 1.0}) for name in units}
    strongest, *others = sorted(alone, key=lambda name: -alone[name])
    found.best, found.highest = nothing | {strongest: 1.0}, alone[strongest]
    found.attempt(dict.fromkeys(units, 1.0))
    for name in others:
        for weight in _grid(len(others), trials):
            found.attempt(found.best | {name: weight})
    step = STEP
    while step > FINEST_STEP and found.left:
        before = found.best
        for name in others:
            for weight in _around(before[name], step):
                found.attempt(found.best | {name: weight})
        if found.best == before:
            step = sqrt(step)
    scale = units[strongest]
    return {name: weight * units[name] / scale for name, weight in found.best.items()}


def spread(block: NDArray[np.float32]) -> float:
    """The standard deviation of a user's scores, root mean square over users; 1 where all are equal."""
    total, count = 0.0, 0
    for rows in few_rows(*block.shape):
        part = block[rows].astype(np.float64)
        present = np.count_nonzero(~np.isnan(part), axis=1)
        part -= (np.nansum(part, axis=1) / np.maximum(present, 1))[:, None]
        total += float(np.nansum(np.square(part)))
        count += int(present.sum())
    return sqrt(total / count) if total else 1.0


@dataclass
class _Search:
    """The best weights so far, in units, and how many more may be tried."""

    units: Mapping[str, float]
    evaluate: Objective
    left: int
    best: Weights = field(default_factory=dict)
    highest: float = -np.inf
    tried: set[tuple[float, ...]] = field(default_factory=set)

    def value(self, weights: Weights) -> float:
        self.left -= 1
        self.tried.add(tuple(weights.values()))
        value = float(self.evaluate({name: weight * self.units[name] for name, weight in weights.items()}))
        if isnan(value):
            raise ComponentError(
                "weights cannot be tuned: the objective is NaN on the validation part, as if no user "
                "there had a relevant item"
            )
        return value

    def attempt(self, weights: Weights) -> None:
        """Keep these if they are the best so far; not where they were tried, or no trial is left."""
        if not self.left or tuple(weights.values()) in self.tried:
            return
        value = self.value(weights)
        if (value, -_branches(weights)) > (self.highest, -_branches(self.best)):
            self.best, self.highest = weights, value


def _grid(branches: int, trials: int) -> tuple[float, ...]:
    """As much of the grid as the trials allow for so many branches."""
    stride = -(-branches * len(GRID) // trials)
    return GRID[:: max(stride, 1)]


def _around(weight: float, step: float) -> tuple[float, ...]:
    return (0.0, weight * step, weight / step) if weight else (SMALLEST,)


def _branches(weights: Weights) -> int:
    return sum(weight > 0 for weight in weights.values())
