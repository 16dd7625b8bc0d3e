"""What a paired difference comes to, in words."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["better", "worse", "not distinguishable", "too small to matter"]
LEVEL = 0.05
POWER = 0.8


def verdict(
    difference: float, low: float, high: float, p: float, threshold: float, lower_is_better: bool = False
) -> Verdict:
    """The verdict on a difference with its 95% interval and its corrected p.

    An interval within ± threshold: too small to matter, and known to be. Else p above 0.05:
    not distinguishable. Else the difference is real: better or worse, unless it is itself within
    the threshold.
    """
    if abs(low) <= threshold and abs(high) <= threshold:
        return "too small to matter"
    if not p <= LEVEL:
        return "not distinguishable"
    if abs(difference) <= threshold:
        return "too small to matter"
    return "better" if (difference > 0) != lower_is_better else "worse"


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values corrected for being many: the chance of one false alarm among all is at most the level.

    `p` is float64[k] or [k, m], each column a family of its own. The i-th smallest is multiplied
    by k - i, and none is smaller than one before it. Holm, A simple sequentially rejective multiple
    test procedure, Scandinavian Journal of Statistics 1979.
    """
    order = np.argsort(p, axis=0, kind="stable")
    factor = np.arange(len(p), 0, -1).reshape(-1, *([1] * (p.ndim - 1)))
    climbing = np.maximum.accumulate(np.take_along_axis(p, order, axis=0) * factor, axis=0)
    adjusted = np.empty_like(climbing)
    np.put_along_axis(adjusted, order, np.minimum(climbing, 1.0), axis=0)
    return adjusted
