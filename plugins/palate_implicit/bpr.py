"""Matrix factorisation trained on pairs of items, one interacted with and one not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt

from palate.data import Training
from palate_implicit.gradient import GradientFactors

MOVED = 30.0  # steps of a mean user, times their length


@dataclass
class BPR(GradientFactors):
    """Factors that rank a user's items above all others (BPR, implicit).

    Rendle et al. (2009), "BPR: Bayesian Personalized Ranking from Implicit Feedback", by stochastic
    gradient descent; one iteration draws as many pairs as there are events. Users of the training data
    are scored by the factors it gave them, unknown users by factors found from their history by
    regularised least squares instead of the model's own loss. `threads` other than 1 (0: all) is
    faster, but the threads race, and the same seed no longer gives the same result.
    """

    name: ClassVar[str] = "bpr"
    constants: ClassVar[tuple[float, ...]] = (1.0,)

    learning_rate: Annotated[float, Gt(0)] | Literal["auto"] = "auto"  # type: ignore[assignment]
    """Length of a step; `auto`: the longer, the fewer steps a mean user takes in all iterations."""
    regularization: Annotated[float, Ge(0)] = 0.003
    """L2 regularisation of the factors."""
    iterations: Annotated[int, Ge(1)] = 60
    """Passes over the interactions."""

    def fit(self, training: Training) -> BPR:
        """Fit float32[n, factors + 1] for users and items; the last place is the item's bias."""
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        self._train(self.name, BayesianPersonalizedRanking, training)
        return self

    def _rate(self, training: Training) -> float:
        if self.learning_rate != "auto":
            return self.learning_rate
        users = max(int(np.count_nonzero(training.history.counts)), 1)
        steps = self.iterations * training.history.matrix.nnz / users
        return float(np.clip(MOVED / max(steps, 1.0), 0.001, 0.1))
