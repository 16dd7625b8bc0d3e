"""What each item met adds to a folded-in person's score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.data.contributions import Contributions


def explain(
    query: Query, asked: NDArray[np.int32], items: NDArray[np.float32], alpha: float, l2: float
) -> Contributions:
    """As `ALS.explain`; a system of equations is solved for each person."""
    factors = items.astype(np.float64)
    common = factors.T @ factors + l2 * np.eye(factors.shape[1])
    met = query.history.matrix
    past = np.zeros(met.nnz)
    for row, item in enumerate(asked.tolist()):
        entries = slice(met.indptr[row], met.indptr[row + 1])
        theirs = factors[met.indices[entries]]
        weighed = np.linalg.solve(common + (alpha - 1) * theirs.T @ theirs, factors[item])
        past[entries] = alpha * theirs @ weighed
    return Contributions(np.zeros(len(query)), past)
