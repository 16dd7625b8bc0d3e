"""Whether weights and scores fit the branches of a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError


def check_weights(fuser: str, weights: Mapping[str, float], branches: Iterable[str]) -> None:
    """Raises ComponentError where weights and branches differ, or nothing would have a weight."""
    wanted, given = sorted(branches), sorted(weights)
    if wanted != given:
        raise ComponentError(
            f"fuser {fuser!r} needs one weight a branch: the branches are {wanted}, "
            f"the weights are for {given}"
        )
    odd = {name: weight for name, weight in weights.items() if not isfinite(weight)}
    if odd:
        raise ComponentError(f"the weights of fuser {fuser!r} must be finite; got {odd}")
    if not any(weights.values()):
        raise ComponentError(
            f"fuser {fuser!r} needs a branch with a weight other than 0; got {dict(weights)}"
        )


def common_shape(fuser: str, scores: Mapping[str, NDArray[np.float32]]) -> tuple[int, int]:
    """(people, items), the same in every branch. Raises ComponentError."""
    shapes = {name: block.shape for name, block in scores.items()}
    if len(set(shapes.values())) != 1:
        raise ComponentError(
            f"fuser {fuser!r} needs the same people and items from each branch, and one branch at least; "
            f"it got {shapes or 'none'}"
        )
    people, items = next(iter(shapes.values()))
    return people, items
