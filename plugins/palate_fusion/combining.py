"""The weighted sum of blocks in which NaN is no opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

CELLS = 2**18


def few_rows(people: int, items: int) -> Iterator[slice]:
    """Slices of the people, each of so few that what is worked out about them stays in the cache."""
    step = max(1, CELLS // max(items, 1))
    for start in range(0, people, step):
        yield slice(start, min(start + step, people))


def fused(
    shape: tuple[int, int],
    weights: Mapping[str, float],
    part: Callable[[str, slice], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """float32[people, items]: the weighted sum of `part(branch, rows)`, a few people at a time.

    Branches of weight 0 are not asked; at least one has another weight.
    """
    counted = [name for name, weight in weights.items() if weight]
    result = np.empty(shape, np.float32)
    for rows in few_rows(*shape):
        result[rows] = weighted_sum((weights[name], part(name, rows)) for name in counted)
    return result


def weighted_sum(parts: Iterable[tuple[float, NDArray[np.float32]]]) -> NDArray[np.float32]:
    """Σ weight x part, float32[n, items]; the parts are left as they are, and there is at least one.

    An item without an opinion in some parts gets 0 from those; without one in any, NaN.
    """
    (weight, part), *others = parts
    silent = np.isnan(part)
    total = part * np.float32(weight)
    total[silent] = 0
    for weight, part in others:
        missing = np.isnan(part)
        term = part * np.float32(weight)
        term[missing] = 0
        total += term
        silent &= missing
    total[silent] = np.nan
    return total
