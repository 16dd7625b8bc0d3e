"""What a fuser may be tuned on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.data.history import History
from palate.data.query import Query
from palate.data.ranking import Truth

Rows = NDArray[np.integer]


class Evaluate(Protocol):
    """A value for each user, float64[n], of a block of scores float32[n, items]."""

    def __call__(self, scores: NDArray[np.float32], rows: Rows | None = None) -> NDArray[np.float64]: ...


@dataclass(frozen=True)
class ValidationScores:
    """Queries of the validation part, the scores of branches not fitted on it, and the relevant items.

    `scores` has float32[n, items] from each branch, to be left as they are; row i is that of row i of
    `query`. Some users come again with only a few of their events where the fuser's `lengths()` says
    so: bool[n] `shortened` marks these rows, None where there are none. `truth` has the relevant items of
    each of the n, all they had seen in `truth.history`, which is masked, and how many users have each item
    in training in `truth.popularity`. `evaluate(scores)` is the recipe's first metric of fused scores:
    float64[n], higher is better, NaN for a user without relevant items; `evaluate(scores, rows)` that of a
    block with only these rows. All randomness comes from `rng()`.
    """

    scores: Mapping[str, NDArray[np.float32]]
    query: Query
    truth: Truth
    evaluate: Evaluate
    seed: int = 0
    shortened: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        shared = {name: read_only(block) for name, block in self.scores.items()}
        object.__setattr__(self, "scores", shared)

    @property
    def seen(self) -> History:
        """All that each of the n had seen, also where they ask with only a part of it."""
        return self.query.history if self.truth.history is None else self.truth.history

    def objective(self, scores: NDArray[np.float32], rows: Rows | None = None) -> float:
        """The mean of `evaluate` over those who have something to be found; NaN without any."""
        values = self.evaluate(scores, rows)
        there = values[np.isfinite(values)]
        return float(there.mean()) if len(there) else float("nan")

    def rng(self) -> np.random.Generator:
        """A fresh generator, the same for the same seed."""
        return np.random.default_rng(self.seed)
