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
from palate_fusion.support import Part, in_words, supported
from palate_fusion.weighted_sum import few_rows, fused

GRID = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5)
SMALLEST = 0.05
STEP = 1.5
FINEST_STEP = 1.05

Weights = dict[str, float]
Objective = Callable[[Mapping[str, float]], float]


def tuned_weights(
    scores: Mapping[str, NDArray[np.float32]],
    normalize: Method,
    values: Callable[[NDArray[np.float32]], NDArray[np.float64]],
    trials: int,
    caution: float,
) -> tuple[Weights, dict[str, Part]]:
    """The weights with the highest mean of `values` found, of the weighted sum of normalised scores.

    The scores are normalised once, into a copy as large as they are. `values` has one for each user, NaN
    for none. Branches that add too little for `caution` get 0, see `palate_fusion.support`, which also says
    what each adds.
    """
    shape = next(iter(scores.values())).shape
    blocks = {name: np.empty(shape, np.float32) for name in scores}
    for rows in few_rows(*shape):
        for name, block in blocks.items():
            block[rows] = METHODS[normalize](scores[name][rows])

    def of_users(weights: Mapping[str, float]) -> NDArray[np.float64]:
        return values(fused((shape[0], shape[1]), weights, lambda name, rows: blocks[name][rows]))

    def evaluate(weights: Mapping[str, float]) -> float:
        found = of_users(weights)
        there = found[np.isfinite(found)]
        return float(there.mean()) if len(there) else float("nan")

    steady = normalize == "z-score"
    units = {name: 1.0 if steady else 1 / spread(block) for name, block in blocks.items()}
    return supported(search(units, evaluate, trials), of_users, caution)


def remarked(fuser: Any) -> dict[str, Any]:
    """What a fuser found: its `weights`, the `parts` of its branches, and `said`, which were left out."""
    weights, parts = getattr(fuser, "weights_", None), getattr(fuser, "parts_", None)
    if weights is None or parts is None:
        return {}
    return {"weights": weights, "parts": parts, "said": in_words(weights, parts)}


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
