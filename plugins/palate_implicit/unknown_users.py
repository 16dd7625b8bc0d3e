"""Scores of users who have factors from training, and of users who have a history alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.data import History, Query
from palate_implicit.fold_in import fold_in

Factors = NDArray[np.float32]

ALPHA, L2 = 10.0, 10.0  # L2 in mean squared lengths of an item's factors


def folded(history: History, items: Factors) -> Factors:
    """float32[n, d]: factors whose products with the items' are near 1 for a user's items, else near 0.

    Regularised least squares instead of the model's own loss, in which a history has no closed form:
    an interaction weighs `ALPHA`, all else 1. Right in direction, not in length.
    """
    length = float(np.mean(np.einsum("ij,ij->i", items, items)))
    return fold_in(history, items, ALPHA, L2 * max(length, 1e-12))


def stretch(users: Factors, history: History, items: Factors) -> float:
    """The factor that brings `folded` factors nearest to those that training gave the users."""
    known = np.flatnonzero(history.counts > 0)
    guesses = folded(history.take(known), items)
    squares = float(np.vdot(guesses, guesses))
    return max(float(np.vdot(guesses, users[known])) / squares, 0.0) if squares else 1.0


def score(
    users: Factors, items: Factors, query: Query, constants: tuple[float, ...], scale: float
) -> NDArray[np.float32]:
    """float32[n, items]: products of factors; NaN for users who were not in training and have no history.

    The last places of a user's factors are `constants`, which multiply the items' biases.
    """
    factors = np.where((query.users >= 0)[:, None], users[query.users], np.float32(np.nan))
    new = np.flatnonzero(np.isnan(factors).any(axis=1) & (query.history.counts > 0))
    if len(new):
        width = items.shape[1] - len(constants)
        own = np.ascontiguousarray(items[:, :width])
        factors[new, :width] = scale * folded(query.history.take(new), own)
        factors[new, width:] = constants
    return row_product(factors, items)
