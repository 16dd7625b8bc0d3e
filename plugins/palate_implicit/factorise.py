"""Fitting a model of implicit: its input, its progress, its failures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Training
from palate.errors import ComponentError

Factors = NDArray[np.float32]


def interactions(training: Training, strength: bool = False) -> Any:
    """The interactions as the scipy.sparse.csr_matrix with 32-bit indices that implicit takes.

    With `strength` each is as much as it is liked, else 1.
    """
    from scipy.sparse import csr_matrix

    matrix = training.history.weights if strength else training.history.matrix
    parts = (matrix.data.copy(), matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return csr_matrix(parts, shape=matrix.shape)


def seed(training: Training) -> int:
    """A number for implicit's `random_state`, drawn from the training's generator."""
    return int(training.rng().integers(2**31))


def factorise(name: str, make: Any, training: Training, strength: bool = False) -> tuple[Factors, Factors]:
    """Fit the model that `make()` gives: (users, items) factors, float32[n, d] each.

    BLAS has one thread meanwhile: implicit brings its own, and warns where both have several. Raises
    ComponentError where the factors are not finite.
    """
    from implicit.recommender_base import ModelFitError
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        model = make()

        def report(iteration: int, *_: object) -> None:
            training.progress(iteration + 1, model.iterations)

        try:
            model.fit(interactions(training, strength), show_progress=False, callback=report)
        except ModelFitError as error:
            raise ComponentError(_diverged(name)) from error
    for factors in (model.user_factors, model.item_factors):
        finite(name, factors)
    return np.asarray(model.user_factors, np.float32), np.asarray(model.item_factors, np.float32)


def finite(name: str, factors: Factors) -> Factors:
    """The factors. Raises ComponentError where they are not finite."""
    if not np.isfinite(factors).all():
        raise ComponentError(_diverged(name))
    return factors


def known_only(users: Factors, training: Training) -> Factors:
    """The users' factors, NaN for users without an event in training: theirs are random numbers."""
    return np.where((training.history.counts > 0)[:, None], users, np.float32(np.nan))


def _diverged(name: str) -> str:
    return (
        f"ranker {name!r} did not converge: its factors are not finite. "
        "Use a lower `learning_rate` (if it has one), or a higher `regularization`."
    )
