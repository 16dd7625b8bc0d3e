"""What the models that implicit fits by stochastic gradient descent have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate_implicit.factorise import factorise, known_only, seed
from palate_implicit.unknown_users import score, stretch


@dataclass
class GradientFactors:
    """Factors of users and items, fitted by gradient descent: the options and the fitted state.

    Users of the training data are scored by the factors it gave them, unknown users by factors found
    from their history.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    libraries: ClassVar[tuple[str, ...]] = ("implicit",)
    extra: ClassVar[str] = "implicit"
    constants: ClassVar[tuple[float, ...]]
    """The last places of a user's factors, which multiply the items' biases."""

    factors: Annotated[int, Ge(1)] = 64
    """Length of the factors of a user or an item."""
    learning_rate: Annotated[float, Gt(0)] = 0.01
    """Length of a step."""
    regularization: Annotated[float, Ge(0)] = 0.01
    """L2 regularisation of the factors."""
    iterations: Annotated[int, Ge(1)] = 30
    """Passes over the interactions."""
    threads: Annotated[int, Ge(0)] = 1

    user_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    scale_: float = field(init=False, repr=False, compare=False)

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: products of factors; NaN for unknown users without history."""
        return score(self.user_factors_, self.item_factors_, query, self.constants, self.scale_)

    def _rate(self, training: Training) -> float:
        """The length of a step on these data."""
        return self.learning_rate

    def _train(self, name: str, model: Callable[..., Any], training: Training, **own: Any) -> None:
        """Fit this model of implicit, which has options of its `own` besides the common ones."""

        def make() -> Any:
            return model(
                factors=self.factors,
                learning_rate=self._rate(training),
                regularization=self.regularization,
                iterations=self.iterations,
                num_threads=self.threads,
                random_state=seed(training),
                **own,
            )

        users, self.item_factors_ = factorise(name, make, training)
        self.user_factors_ = known_only(users, training)
        items = np.ascontiguousarray(self.item_factors_[:, : self.factors])
        self.scale_ = stretch(users[:, : self.factors], training.history, items)
