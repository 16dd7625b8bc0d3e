"""What a score is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


@dataclass(frozen=True)
class Contributions:
    """What the score of one item each is made of, for n people, in a ranker's own scale.

    `rest` float64[n] does not come from the person's past. `past` runs beside the entries of
    `query.history.matrix`: float64, what having met each item adds. A ranker that reads interest
    vectors gives `interests` instead, float64[n, k, d], shaped like those of the query: their
    product with these, summed, is what the past adds. The score is the sum of all.
    """

    rest: NDArray[np.float64]
    past: NDArray[np.float64] | None = None
    interests: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Affine:
    """How a fuser makes one score of several, for one item each of n people.

    The fused score is `rest` + Σ over branches of slope · score + shift, float64[n] each. A branch
    that has no opinion on the item has slope and shift 0.
    """

    slope: Mapping[str, NDArray[np.float64]]
    shift: Mapping[str, NDArray[np.float64]]
    rest: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))


def summed(query: Any, weights: Any, items: NDArray[np.int32]) -> Contributions:
    """For scores that are the sum of the rows of `weights` [items, items] of what a person met, each once."""
    met = query.history.matrix
    past = weights[met.indices, items[met_by(met)]]
    return Contributions(np.zeros(len(query)), np.asarray(past, np.float64).ravel())


def met_by(matrix: sp.csr_array) -> NDArray[np.intp]:
    """The row of each entry of a sparse array."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
