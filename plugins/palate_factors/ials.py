"""iALS: alternating least squares over all pairs, regularised by the interactions of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.rows import even_part
from palate.data import Added, History, Query, Training
from palate.data.contributions import Contributions, folded_in
from palate_factors.least_squares import solve_rows

Factors = NDArray[np.float32]
SHARE = 8
"""After a change all users and items are solved for again an eighth as often as in a fit."""
UNOBSERVED = 8.0  # what all pairs of a mean user weigh, beside their interactions


@dataclass
class Ials:
    """Factors of users and items by ALS, regularised by their number of interactions (iALS).

    Hu, Koren and Volinsky (2008) in the form of Rendle et al. (2022), "Revisiting the Performance of
    iALS on Item Recommendation Benchmarks": least Σ_met w (1 - ŷ)² + unobserved·Σ_all ŷ² +
    Σ_u λ_u‖w_u‖² + Σ_i λ_i‖h_i‖², ŷ = w_u·h_i, where λ_u = l2·(items of u + unobserved·items)^exponent,
    and likewise for items. `unobserved: auto` lets all pairs of a mean user weigh eight times what their
    interactions do, and `l2: auto` makes the λ_u of such a user the root of their number of interactions,
    since both count for every item, and what suits few items does not suit many. Solved exactly, all rows
    of one side at a time, starting from normal numbers
    with deviation `init`/√factors. A user is scored from their history by the same equation, known
    or not.
    """

    name: ClassVar[str] = "ials"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    update_tolerance: ClassVar[float] = 0.25

    factors: Annotated[int, Ge(1)] = 128
    """Length of the factors of a user or an item."""
    l2: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """L2 regularisation of the factors."""
    unobserved: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """Weight of a pair without an interaction."""
    exponent: Annotated[float, Ge(0), Le(2)] = 1.0
    """How regularisation grows with the interactions of a user or item: 0 not at all, 1 in proportion."""
    iterations: Annotated[int, Ge(1)] = 16
    """How often all users and items are solved for."""
    init: Annotated[float, Gt(0)] = 0.1
    strength: bool = True
    """Whether an interaction weighs as much as it is liked, where the feedback says how much, or 1."""
    """Scale of the random numbers that fitting starts from."""

    item_factors_: Factors = field(init=False, repr=False, compare=False)
    l2_: float = field(init=False, repr=False, compare=False)
    unobserved_: float = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Ials:
        """Learn the items' factors, float32[items, factors]; the users's are not kept."""
        start = self._start(training.rng(), training.history.n_items)
        return self._sweep(training, start, self.iterations)

    def _start(self, rng: np.random.Generator, items: int) -> Factors:
        deviation = self.init / np.sqrt(self.factors)
        return rng.normal(0, deviation, (items, self.factors)).astype(np.float32)

    def partial_fit(self, added: Added, removed: Training) -> Ials:
        """A few sweeps on from the factors there are; new items get theirs in the first.

        No further from a fit with the same seed than a fit with another: both stop on the way to one of many
        optima.
        """
        items = added.by_item(self.item_factors_)[: len(added.whole.items)]
        return self._sweep(added.whole, items, max(self.iterations // SHARE, 1))

    def _sweep(self, training: Training, items: Factors, sweeps: int) -> Ials:
        matrix, alike = self._weighed(training.history)
        known = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        other = known.T.tocsr()
        self.unobserved_, self.l2_ = self._for(known)
        for iteration in range(sweeps):
            users = self._solve(known, items, alike)
            items = self._solve(other, users, alike)
            training.progress(iteration + 1, sweeps)
        self.item_factors_ = items
        return self

    def fits_in_parts(self) -> bool:
        """Whether it can be fitted from parts: a row's factors do not depend on those of its side."""
        return True

    def rounds(self) -> int:
        """How many rounds follow on the parts: users and items in turn."""
        return 2 * self.iterations

    def fit_part(self, training: Training, number: int, count: int) -> dict[str, Any]:
        """The interactions of some users that have any, those of some items, and what all parts share."""
        matrix, alike = self._weighed(training.history)
        known = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        other = known.T.tocsr()
        unobserved, l2 = self._for(known)
        sides = {"users": even_part(known, number, count), "items": even_part(other, number, count)}
        return {**sides, "alike": alike, "unobserved": unobserved, "l2": l2, "seed": training.seed}

    def fit_round(
        self, part: dict[str, Any], number: int, before: Sequence[Factors], own: Factors | None = None
    ) -> Factors:
        """The factors of the users of a part, or of its items, given those of the other side in all parts."""
        self.unobserved_, self.l2_ = part["unobserved"], part["l2"]
        rng, items = np.random.default_rng(part["seed"]), part["users"].shape[1]
        others = np.vstack(before) if number else self._start(rng, items)
        return self._solve(part["items" if number % 2 else "users"], others, part["alike"])

    def fit_from(self, training: Training, parts: Sequence[Factors]) -> Ials:
        """What `fit` gives, from the items' factors of the last round."""
        matrix, _ = self._weighed(training.history)
        self.unobserved_, self.l2_ = self._for(matrix[np.flatnonzero(np.diff(matrix.indptr))])
        self.item_factors_ = np.vstack(parts)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: products of factors; 0 without history and for an item without interactions."""
        matrix, alike = self._weighed(query.history)
        users = self._solve(matrix, self.item_factors_, alike)
        return row_product(users, self.item_factors_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """hᵢᵀ A⁻¹ hⱼ for each history item i, with A the matrix of the user's equation, j the scored item."""
        factors = self.item_factors_
        matrix, _ = self._weighed(query.history)
        return folded_in(query, items, factors, *self._equation(matrix, factors), matrix.data, matrix.data)

    def _for(self, known: sp.csr_array) -> tuple[float, float]:
        """The weight of an unobserved pair, and l2, for a matrix of users with interactions."""
        events = max(known.nnz / max(known.shape[0], 1), 1.0)
        unobserved, l2 = self.unobserved, self.l2
        if unobserved == "auto":
            unobserved = UNOBSERVED * events / known.shape[1]
        if l2 == "auto":
            l2 = float(np.sqrt(events) / (events + unobserved * known.shape[1]) ** self.exponent)
        return float(unobserved), float(l2)

    def _weighed(self, history: History) -> tuple[sp.csr_array, bool]:
        """What each interaction weighs, users x items, and whether all weigh 1."""
        alike = history.strengths is None or not self.strength
        return (history.matrix if alike else history.weights), alike

    def _solve(self, matrix: sp.csr_array, others: Factors, alike: bool = True) -> Factors:
        """The factors of the rows of a sparse [n, m], given those of its columns, float32[m, d]."""
        return solve_rows(matrix, others, *self._equation(matrix, others), alike)

    def _equation(self, matrix: sp.csr_array, others: Factors) -> tuple[Factors, NDArray[np.float64]]:
        """What all rows have in common, float32[d, d], and each row's regularisation, float64[n]."""
        l2 = self.l2_ * (np.diff(matrix.indptr) + self.unobserved_ * len(others)) ** self.exponent
        return np.float32(self.unobserved_) * (others.T @ others), l2
