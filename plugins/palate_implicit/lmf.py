"""Matrix factorisation of the odds that a person meets an item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate_implicit.factorise import factorise, known_only, score_known, seed


@dataclass
class LMF:
    """Factors that give the odds of meeting an item (logistic matrix factorisation, implicit).

    Johnson (2014), "Logistic Matrix Factorization for Implicit Feedback Data". For each event of a
    person, `negatives` items that they did not meet are drawn. It scores people who were in
    training. The result depends on the number of `threads` (0: all), but is the same each time.
    """

    name: ClassVar[str] = "lmf"
    needs: ClassVar[frozenset[str]] = frozenset({"known users"})
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
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: log odds; NaN for people who were not in training."""
        return score_known(self.user_factors_, self.item_factors_, query)
