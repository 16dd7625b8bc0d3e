"""What each branch adds to a hybrid on the validation part, and in words what was done with its weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, float]
Values = Callable[[Mapping[str, float]], NDArray[np.float64]]
Part = dict[str, float]
NORMAL = 1.96  # standard errors to each side, for 95%


def gain_of(values: NDArray[np.float64], others: NDArray[np.float64]) -> Part:
    """How much higher the mean of `values` is, over users that have both, with its standard `error`."""
    gains = values - others
    gains = gains[np.isfinite(gains)]
    if len(gains) < 2:
        return {"gain": float(gains.sum()), "error": 0.0}
    return {"gain": float(gains.mean()), "error": float(gains.std(ddof=1) / sqrt(len(gains)))}


def parts_of(
    weights: Weights, would: Weights, values: Values, shares: Mapping[str, float]
) -> dict[str, Part]:
    """What each branch adds to the others: its `gain`, the standard `error`, and its `share` of resamples.

    One without a weight is measured with the one that it `would` have. One that is alone has no part.
    """
    whole = values(weights)
    found = {}
    for name, weight in weights.items():
        if weight and any(weights[other] for other in weights if other != name):
            found[name] = gain_of(whole, values(weights | {name: 0.0}))
        elif not weight and would.get(name):
            found[name] = gain_of(values(weights | {name: would[name]}), whole)
    return {name: part | ({"share": shares[name]} if name in shares else {}) for name, part in found.items()}


def in_words(weights: Weights, parts: Mapping[str, Part], equal: Iterable[str]) -> dict[str, str]:
    """What was done with the weight of each branch, where there is something to say.

    `equal` are the branches that count as equally good, the best first.
    """
    best, *others = [*equal] or [""]
    found = dict.fromkeys(others, f"counts as good as {best!r} alone")
    if others:
        found[best] = "best alone, though others count as good"
    return found | {name: _why(parts.get(name, {})) for name, weight in weights.items() if not weight}


def left_out(weights: Weights, words: Mapping[str, str]) -> list[str]:
    """A sentence for each branch that has no weight."""
    return [f"branch {name!r} has no weight: {words[name]}" for name, weight in weights.items() if not weight]


def _why(part: Part) -> str:
    if not part:
        return "no weight that was tried makes the hybrid better on the validation part"
    added = f"it would add {part['gain']:+.4f} ±{NORMAL * part['error']:.4f} on the validation part"
    return added + (f"; {part['share']:.0%} of resamples give it a weight" if "share" in part else "")
