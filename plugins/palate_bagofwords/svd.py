"""Fewer dimensions by truncated singular value decomposition."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.errors import ComponentError


def directions(weights: sp.csr_array, dimensions: int, encoder: str) -> NDArray[np.float32]:
    """The `dimensions` right singular vectors with the largest singular values, float32[m, dimensions].

    Largest first; the largest entry of each is positive, so that the result is the same on every
    machine. Deerwester et al., "Indexing by latent semantic analysis", JASIS 1990. Raises
    ComponentError where there are fewer.
    """
    n, m = weights.shape
    if dimensions >= min(n, m):
        raise ComponentError(
            f"encoder {encoder!r}: dimensions must be less than both the {n:,} different texts and the {m:,} "
            f"words that count; got {dimensions}. Without `dimensions` each word is one"
        )
    from scipy.sparse.linalg import svds

    start = np.ones(min(n, m)) / np.sqrt(min(n, m))
    _, values, right = svds(weights.astype(np.float64), k=dimensions, v0=start, return_singular_vectors="vh")
    right = right[np.argsort(-values, kind="stable")]
    signs = np.sign(right[np.arange(dimensions), np.abs(right).argmax(axis=1)])
    turned: NDArray[np.float32] = np.ascontiguousarray((right * signs[:, None]).T, np.float32)
    return turned
