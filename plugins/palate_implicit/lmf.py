"""Matrix factorisation of the odds that a user interacts with an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Gt

from palate.data import Training
from palate_implicit.gradient import GradientFactors


@dataclass
class LMF(GradientFactors):
    """Factors that give the odds of an interaction (logistic matrix factorisation, implicit).

    Johnson (2014), "Logistic Matrix Factorization for Implicit Feedback Data". Scores are log odds, but
    for a constant of each user. Users of the training data are scored by the factors it gave them,
    unknown users by factors found from their history by regularised least squares instead of the
    model's own loss. The result depends on the number of `threads` (0: all), but is the same each time.
    """

    name: ClassVar[str] = "lmf"
    constants: ClassVar[tuple[float, ...]] = (1.0, 0.0)

    factors: Annotated[int, Ge(1)] = 30
    learning_rate: Annotated[float, Gt(0)] = 1.0
    regularization: Annotated[float, Ge(0)] = 3.6
    negatives: Annotated[int, Ge(1)] = 30
    """Items without an interaction that are drawn for each event of a user."""

    def fit(self, training: Training) -> LMF:
        """Fit float32[n, factors + 2] for users and items; the last two places are their biases."""
        from implicit.cpu.lmf import LogisticMatrixFactorization

        self._train(self.name, LogisticMatrixFactorization, training, neg_prop=self.negatives)
        return self
