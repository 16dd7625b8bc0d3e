"""The directions in which a sparse matrix says most."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

DENSE_BELOW = 64


def right_singular(matrix: sp.csr_array, rank: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The right singular vectors of float32[n, m] with the largest singular values: float64[m, r].

    At most `rank` of them, fewer where the matrix has a lower rank; strongest first, their signs
    arbitrary. Narrow matrices are solved densely; others by Lanczos' method (ARPACK) from a start
    that `rng` draws.
    """
    narrow = matrix.shape[1] <= max(DENSE_BELOW, 2 * rank)
    values, vectors = _dense(matrix) if narrow else _lanczos(matrix, rank, rng)
    order = np.argsort(-values, kind="stable")[:rank]
    least = values.max(initial=0.0) * max(matrix.shape) * np.finfo(np.float32).eps
    order = order[values[order] > least]
    return np.ascontiguousarray(vectors[:, order])


def _dense(matrix: sp.csr_array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    wide = matrix.astype(np.float64)
    values, vectors = np.linalg.eigh((wide.T @ wide).toarray())
    return values, vectors


def _lanczos(
    matrix: sp.csr_array, rank: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.sparse.linalg import LinearOperator, eigsh

    m = matrix.shape[1]
    wide = matrix.astype(np.float64)
    other = wide.T.tocsr()

    def squared(vector: Any) -> Any:
        return other @ (wide @ vector)

    operator = LinearOperator((m, m), matvec=squared, matmat=squared, dtype=np.float64)
    values, vectors = eigsh(operator, k=rank, v0=rng.normal(size=m))
    return values, vectors
