"""Whether what a branch adds to a hybrid is more than chance, and weights shrunk by how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, float]
Values = Callable[[Mapping[str, float]], NDArray[np.float64]]
Part = dict[str, float]


def supported(weights: Weights, values: Values, caution: float) -> tuple[Weights, dict[str, Part]]:
    """Weights whose branches each add something, and the `gain` of each branch with its standard `error`.

    A gain is the mean difference over users, paired, between the hybrid and the hybrid without the branch.
    While any branch gains less than `caution` standard errors the one that gains least leaves, since the
    weight was chosen to make the gain large on these very users. Those that stay are shrunk by
    1 - (caution·error / gain)², the positive part of James and Stein (1961): the surer, the less.
    The branch with the largest weight stays, alone where the shrunk weights are worse than that.
    `values(weights)` has a value for each user, NaN for none.
    """
    kept = dict(weights)
    strongest = max(kept, key=lambda name: kept[name])
    parts: dict[str, Part] = {}
    while True:
        whole = values(kept)
        found = {
            name: _part(whole, values(kept | {name: 0.0}))
            for name, weight in kept.items()
            if weight and name != strongest
        }
        parts |= found
        weak = [name for name, part in found.items() if part["gain"] <= caution * part["error"]]
        if not weak or not caution:
            break
        kept[min(weak, key=lambda name: _surety(found[name]))] = 0.0
    for name, part in found.items():
        kept[name] *= 1 - min(caution / _surety(part), 1.0) ** 2 if caution else 1.0
    alone = dict.fromkeys(kept, 0.0) | {strongest: kept[strongest]}
    return (alone if np.nanmean(values(kept)) < np.nanmean(values(alone)) else kept), parts


def in_words(weights: Weights, parts: Mapping[str, Part]) -> list[str]:
    """A sentence for each branch that has no weight."""
    return [
        f"branch {name!r} has no weight: {_why(parts.get(name))}" for name in weights if not weights[name]
    ]


def _why(part: Part | None) -> str:
    if part is None:
        return "no weight that was tried makes the hybrid better on the validation part"
    return (
        f"it adds {part['gain']:+.4f} on the validation part, which is not told apart from chance "
        f"(standard error {part['error']:.4f})"
    )


def _part(whole: NDArray[np.float64], without: NDArray[np.float64]) -> Part:
    """How much higher the mean is, over users that have both values."""
    gains = whole - without
    gains = gains[np.isfinite(gains)]
    if len(gains) < 2:
        return {"gain": float(gains.sum()), "error": 0.0}
    return {"gain": float(gains.mean()), "error": float(gains.std(ddof=1) / sqrt(len(gains)))}


def _surety(part: Part) -> float:
    """How many standard errors the gain is; without any error as many as it takes."""
    if not part["error"]:
        return inf if part["gain"] > 0 else -inf
    return part["gain"] / part["error"]
