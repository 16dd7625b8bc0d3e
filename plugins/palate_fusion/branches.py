"""Weights of branches, and whether weights and scores fit the branches of a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.errors import ComponentError


@dataclass
class TopOfBranches:
    """The options of a fuser that counts the best items of each branch, with weights that are given."""

    name: ClassVar[str]

    depth: Annotated[int, Gt(0)] | None = 1000
    """How many of a user's best items in each branch count; null: all."""
    weights: dict[str, float] | None = None
    """A weight for each branch; without it all are 1."""

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError where the weights are not for just these branches."""
        self._weights(names)

    def _weights(self, branches: Iterable[str]) -> dict[str, float]:
        """The weight of each branch. Raises ComponentError where they are for others."""
        if self.weights is None:
            return dict.fromkeys(branches, 1.0)
        check_weights(self.name, self.weights, branches)
        return self.weights


def check_weights(fuser: str, weights: Mapping[str, float], branches: Iterable[str]) -> None:
    """Raises ComponentError where weights and branches differ, or all weights are 0."""
    wanted, given = sorted(branches), sorted(weights)
    if wanted != given:
        raise ComponentError(
            f"fuser {fuser!r} needs one weight for each branch: the branches are {wanted}, "
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
    """(users, items), the same in every branch. Raises ComponentError."""
    if len({block.shape for block in scores.values()}) != 1:
        shapes = {name: block.shape for name, block in scores.items()}
        raise ComponentError(
            f"fuser {fuser!r} needs the same users and items from each branch, and at least one branch; "
            f"it got {shapes or 'none'}"
        )
    users, items = next(iter(scores.values())).shape
    return users, items
