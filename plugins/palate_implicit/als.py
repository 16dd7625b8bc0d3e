"""Weighted matrix factorisation by alternating least squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.rows import even_bounds
from palate.data import Added, Query, Training
from palate.data.contributions import Contributions, folded_in
from palate_implicit.factorise import factorise, finite, interactions, seed
from palate_implicit.fold_in import fold_in
from palate_implicit.half_sweep import Start, half_sweep

SHARE = 8
"""After a change all users and items are solved for again an eighth as often as in a fit."""
OTHERS = 8.0  # what all other items of a mean user weigh, beside their own


@dataclass
class ALS:
    """Factors of users and items by weighted alternating least squares (ALS, implicit).

    Hu, Koren and Volinsky (2008), "Collaborative Filtering for Implicit Feedback Datasets", solved
    by implicit with conjugate gradients. An interaction has the confidence `alpha`, all else 1;
    `regularization` is not scaled by the amount of data, so larger data want more of it; `auto` scales both.
    Users are scored from their history by the closed form, so an unknown user is served like one of the
    training data. `threads` (0: all) does not change the result.
    """

    name: ClassVar[str] = "als"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    update_tolerance: ClassVar[float] = 0.35
    libraries: ClassVar[tuple[str, ...]] = ("implicit",)
    extra: ClassVar[str] = "implicit"
    only_speed: ClassVar[frozenset[str]] = frozenset({"threads"})

    factors: Annotated[int, Ge(1)] = 64
    """Length of the factors of a user or an item."""
    regularization: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """L2 regularisation; `auto`: alpha times the root of a user's mean number of interactions."""
    alpha: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """Confidence of an interaction; `auto`: all other items of a mean user weigh eight times theirs."""
    iterations: Annotated[int, Ge(1)] = 15
    """How often all users and items are solved for."""
    threads: Annotated[int, Ge(0)] = 0
    strength: bool = True
    """Whether the confidence is `alpha` times how strongly an item is liked, where the feedback says so."""

    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    alpha_: float = field(init=False, repr=False, compare=False)
    regularization_: float = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> ALS:
        """Fit the items' factors, float32[items, factors]; the users' are not kept."""
        return self._sweep(training, None, self.iterations)

    def partial_fit(self, added: Added, removed: Training) -> ALS:
        """A few sweeps on from the factors there are; users and new items get theirs in the first.

        No further from a fit with the same seed than a fit with another: both stop on the way to one of many
        optima.
        """
        items = added.by_item(self.item_factors_)[: len(added.whole.items)]
        return self._sweep(added.whole, items, max(self.iterations // SHARE, 1))

    def _sweep(self, training: Training, items: NDArray[np.float32] | None, sweeps: int) -> ALS:
        """Fit from these factors of the items, from random ones where there are none."""
        from implicit.cpu.als import AlternatingLeastSquares

        self.alpha_, self.regularization_ = self._for(training)

        def make() -> AlternatingLeastSquares:
            model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=self.regularization_,
                alpha=self.alpha_,
                iterations=sweeps,
                num_threads=self.threads,
                random_state=seed(training),
            )
            if items is not None:
                model.item_factors = items.copy()
                shape = (len(training.history), self.factors)
                model.user_factors = np.zeros(shape, np.float32)  # solved for first, from the items'
            return model

        _, self.item_factors_ = factorise(self.name, make, training, self.strength)
        return self

    def fits_in_parts(self) -> bool:
        """Whether it can be fitted from parts: a row's factors do not depend on those of its side."""
        return True

    def rounds(self) -> int:
        """How many rounds follow on the parts: users and items in turn."""
        return 2 * self.iterations

    def fit_part(self, training: Training, number: int, count: int) -> dict[str, Any]:
        """The confidences of some of the users and of some of the items, and what all share."""
        alpha, regularization = self._for(training)
        users: Any = alpha * interactions(training, self.strength)
        part: dict[str, Any] = {"regularization": regularization, "seed": seed(training)}
        for side, matrix in (("users", users), ("items", users.T.tocsr())):
            first, last = even_bounds(matrix, number, count)
            part[side] = matrix[first:last]
            part[f"{side}_at"] = [first, last, matrix.shape[0]]
        return part

    def fit_round(
        self,
        part: dict[str, Any],
        number: int,
        before: Sequence[NDArray[np.float32]],
        own: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """The factors of the users of a part, or of its items, given those of the other side in all parts.

        `own` are those they had: conjugate gradients begin there, at first with random numbers.
        """
        start = Start(part["seed"], part["users_at"][2], part["items_at"][2], self.factors)
        others = np.vstack(before) if number else start.items()
        side = "items" if number % 2 else "users"
        first, last, _ = part[f"{side}_at"]
        found = (getattr(start, side)()[first:last] if own is None else own).copy()
        half_sweep(part[side], found, others, part["regularization"], self.threads)
        return found

    def fit_from(self, training: Training, parts: Sequence[NDArray[np.float32]]) -> ALS:
        """What `fit` gives, from the items' factors of the last round. Raises ComponentError likewise."""
        self.alpha_, self.regularization_ = self._for(training)
        self.item_factors_ = finite(self.name, np.vstack(parts))
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: products of factors; 0 without history and for an item without interactions."""
        users = fold_in(query.history, self.item_factors_, self.alpha_, self.regularization_, self.strength)
        return row_product(users, self.item_factors_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """For each item j of the history alpha · yᵢᵀ A⁻¹ yⱼ, with A the matrix of the user's fold-in."""
        factors = self.item_factors_.astype(np.float64)
        l2 = np.full(len(query), self.regularization_)
        liked = query.history.weights if self.strength else query.history.matrix
        confidence = self.alpha_ * liked.data.astype(np.float64)
        return folded_in(
            query, items, self.item_factors_, factors.T @ factors, l2, confidence, confidence - 1
        )

    def _for(self, training: Training) -> tuple[float, float]:
        """The confidence and the regularisation for these data."""
        matrix, known = training.history.matrix, np.count_nonzero(training.history.counts)
        events = max(matrix.nnz / max(int(known), 1), 1.0)
        alpha = max(matrix.shape[1] / (OTHERS * events), 1.0) if self.alpha == "auto" else self.alpha
        penalty = alpha * np.sqrt(events) if self.regularization == "auto" else self.regularization
        return float(alpha), float(penalty)
