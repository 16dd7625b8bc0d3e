"""Matrix factorisation of the odds that a person meets an item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate_implicit.factorise import factorise, known_only, seed
from palate_implicit.strangers import score, stretch


@dataclass
class LMF:
    """Factors that give the odds of meeting an item (logistic matrix factorisation, implicit).

    Johnson (2014), "Logistic Matrix Factorization for Implicit Feedback Data". For each event of a
    person, `negatives` items that they did not meet are drawn. People who were in training are scored
    by the factors it gave them; anybody else by factors found from their history, by regularised least
    squares in place of the model's own loss. The result depends on the number of `threads` (0: all),
    but is the same each time.
    """

    name: ClassVar[str] = "lmf"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    libraries: ClassVar[tuple[str, ...]] = ("implicit",)
    extra: ClassVar[str] = "implicit"

    factors: Annotated[int, Ge(1)] = 30
    """Numbers that describe a person or an item."""
    learning_rate: Annotated[float, Gt(0)] = 1.0
    """Length of a step."""
    regularization: Annotated[float, Ge(0)] = 0.6
    """How strongly factors are drawn to zero."""
    iterations: Annotated[int, Ge(1)] = 30
    """Passes over the interactions."""
    negatives: Annotated[int, Ge(1)] = 30
    threads: Annotated[int, Ge(0)] = 1

    user_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    scale_: float = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> LMF:
        """Learn float32[n, factors + 2] for people and items; the last two places are their biases."""
        from implicit.cpu.lmf import LogisticMatrixFactorization

        def make() -> LogisticMatrixFactorization:
            return LogisticMatrixFactorization(
                factors=self.factors,
                learning_rate=self.learning_rate,
                regularization=self.regularization,
                iterations=self.iterations,
                neg_prop=self.negatives,
                num_threads=self.threads,
                random_state=seed(training),
            )

        users, self.item_factors_ = factorise(self.name, make, training)
        self.user_factors_ = known_only(users, training)
        width = self.factors
        items = np.ascontiguousarray(self.item_factors_[:, :width])
        self.scale_ = stretch(users[:, :width], training.history, items)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: log odds, but for a number a person; NaN for people of whom nothing is known."""
        return score(self.user_factors_, self.item_factors_, query, (1.0, 0.0), self.scale_)
