"""Matrix factorisation trained on pairs of items, one met and one not."""

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
class BPR:
    """Factors that put what a person met before what they did not (BPR, implicit).

    Rendle et al. (2009), "BPR: Bayesian Personalized Ranking from Implicit Feedback", by stochastic
    gradient descent; one iteration draws as many pairs as there are events. People who were in
    training are scored by the factors it gave them; anybody else by factors found from their history,
    by regularised least squares in place of the model's own loss. `threads` other than 1 (0: all) is
    faster, but the threads race, and the same seed no longer gives the same result.
    """

    name: ClassVar[str] = "bpr"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    libraries: ClassVar[tuple[str, ...]] = ("implicit",)
    extra: ClassVar[str] = "implicit"

    factors: Annotated[int, Ge(1)] = 64
    """Numbers that describe a person or an item."""
    learning_rate: Annotated[float, Gt(0)] = 0.01
    """Length of a step."""
    regularization: Annotated[float, Ge(0)] = 0.01
    """How strongly factors are drawn to zero."""
    iterations: Annotated[int, Ge(1)] = 30
    """Passes over the interactions."""
    threads: Annotated[int, Ge(0)] = 1

    user_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    scale_: float = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> BPR:
        """Learn float32[n, factors + 1] for people and items; the last place is the item's bias."""
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        def make() -> BayesianPersonalizedRanking:
            return BayesianPersonalizedRanking(
                factors=self.factors,
                learning_rate=self.learning_rate,
                regularization=self.regularization,
                iterations=self.iterations,
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
        """float32[n, items]: products of factors; NaN for people of whom nothing is known."""
        return score(self.user_factors_, self.item_factors_, query, (1.0,), self.scale_)
