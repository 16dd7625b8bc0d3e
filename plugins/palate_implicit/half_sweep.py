"""Half a sweep of implicit's alternating least squares over some of the rows of a side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Factors = NDArray[np.float32]


@dataclass(frozen=True)
class Start:
    """The random factors that implicit begins with: the users' are drawn first, then the items'."""

    seed: int
    n_users: int
    n_items: int
    factors: int

    def users(self) -> Factors:
        return self._drawn()[0]

    def items(self) -> Factors:
        return self._drawn()[1]

    def _drawn(self) -> tuple[Factors, Factors]:
        from implicit.utils import check_random_state

        random = check_random_state(self.seed)
        users, items = (
            random.random((count, self.factors), dtype=np.float32) * 0.01
            for count in (self.n_users, self.n_items)
        )
        return users, items


def half_sweep(rows: Any, own: Factors, others: Factors, regularization: float, threads: int) -> None:
    """Solve for the factors `own` of these rows (sparse confidences), in place, given those of the columns.

    A row's factors come out as they do among all rows, since implicit solves for each by itself.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        solver = AlternatingLeastSquares(factors=own.shape[1], num_threads=threads).solver
        parts = (rows.data, rows.indices.astype(np.int32), rows.indptr.astype(np.int32))
        solver(csr_matrix(parts, shape=rows.shape), own, others, regularization, num_threads=threads)
