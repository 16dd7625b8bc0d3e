"""Sums over users after the rows of a few of them have changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


def gram_change(after: sp.csr_array, before: sp.csr_array) -> sp.csr_array:
    """Sparse float64[m, m]: how XᵀX changes where its rows `before` [n, m] become those of `after` [n, m].

    AᵀA - BᵀB = AᵀD + DᵀB with D = A - B, in steps that grow with the entries that are new or gone times the
    length of their rows. Exact for whole numbers up to 2⁵³.
    """
    rows = np.flatnonzero(np.diff(after.indptr) + np.diff(before.indptr))
    new, old = (matrix[rows].astype(np.float64) for matrix in (after, before))
    difference: Any = (new - old).tocsr()
    difference.eliminate_zeros()
    return (new.T @ difference + difference.T @ old).tocsr()
