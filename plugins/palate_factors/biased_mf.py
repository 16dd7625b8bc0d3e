"""Biased matrix factorisation: predicted ratings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.data import History, Query, Training
from palate.errors import ComponentError
from palate_factors.ridge import solve_ratings

Floats = NDArray[np.float32]


@dataclass
class BiasedMF:
    """Predicted ratings: the mean, what a user and an item are above it, and a product of their factors.

    Koren, Bell and Volinsky (2009), "Matrix Factorization Techniques for Recommender Systems":
    r = μ + b_u + b_i + p_u·q_i, least Σ (rating - r)² + Σ_u λ_u(b_u² + ‖p_u‖²) + Σ_i λ_i(b_i² + ‖q_i‖²), with
    λ = `l2` times the number of ratings of the user or item, by alternating least squares (Zhou et al.
    2008), a bias and its factors in one step. A user is scored from their ratings by the same equation,
    known or not; without any, by μ + b_i.

    It is fitted on every rating, low ones too, whatever a feedback says of them, and its scores are
    ratings, for the metrics `rmse` and `mae`. Rankings by predicted rating are mostly poor, since what
    few users rated high comes first; rank by likes where rankings count.
    """

    name: ClassVar[str] = "biased-mf"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})
    predicts_ratings: ClassVar[bool] = True

    factors: Annotated[int, Ge(1)] = 20
    """Numbers that describe a user or an item, beside the bias."""
    l2: Annotated[float, Gt(0)] = 0.12
    """How strongly biases and factors are drawn to zero, by each rating."""
    iterations: Annotated[int, Ge(1)] = 20
    """How often all users and items are solved for."""
    init: Annotated[float, Gt(0)] = 0.1
    """The deviation of the items' first factors."""

    mean_: float = field(init=False, repr=False, compare=False)
    item_biases_: Floats = field(init=False, repr=False, compare=False)
    item_factors_: Floats = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> BiasedMF:
        """Fit the items' biases and factors; the users' are not kept.

        Raises ComponentError where no event has a rating.
        """
        rated = ratings_of(training.events)
        if not rated.nnz:
            raise ComponentError("ranker 'biased-mf' needs ratings, and no event in training has one")
        self.mean_ = float(rated.data.mean(dtype=np.float64))
        other = rated.T.tocsr()
        items = training.rng().normal(0, self.init, (rated.shape[1], self.factors)).astype(np.float32)
        items[np.diff(other.indptr) == 0] = 0
        biases = np.zeros(rated.shape[1], np.float32)
        for iteration in range(self.iterations):
            users, user_biases = solve_ratings(rated, items, biases, self.mean_, self.l2)
            items, biases = solve_ratings(other, users, user_biases, self.mean_, self.l2)
            training.progress(iteration + 1, self.iterations)
        self.item_biases_, self.item_factors_ = biases, items
        return self

    def score(self, query: Query) -> Floats:
        """float32[n, items]: predicted ratings, not cut to the scale; μ + b_u for an item nobody rated."""
        rated = ratings_of(query.masked)
        users, biases = solve_ratings(rated, self.item_factors_, self.item_biases_, self.mean_, self.l2)
        scores = row_product(users, self.item_factors_)
        scores += np.float32(self.mean_) + biases[:, None]
        scores += self.item_biases_
        return scores


def ratings_of(history: History) -> sp.csr_array:
    """Users x items: the last rating that is a number; an entry may be 0.

    Raises ComponentError where the history has no ratings.
    """
    if history.ratings is None:
        raise ComponentError("ranker 'biased-mf' needs ratings, and the source has none")
    rated = history.only(np.isfinite(history.ratings)).rating_matrix
    rated.sort_indices()
    return rated
