"""The inverse of a Gram matrix after the histories of some users have changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

UPDATES = 20
"""After how many updates in float32 the inverse is computed afresh, so that rounding does not add up."""
_SHARE = 0.6  # of the items: with more changed rows than this, measured, the whole inverse is as quick

_LEFT = 0.05  # of what a row says, at least so much must be left when it is taken out


def is_quicker(now: sp.csr_array, before: sp.csr_array) -> bool:
    """Whether `changed_inverse` takes less than the whole inverse.

    The one takes about 2m²·k steps in float32, the other m³ in float64 and the Gram matrix, for m items and
    k changed rows.
    """
    return len(_filled(now)) + len(_filled(before)) <= _SHARE * now.shape[1]


def changed_inverse(
    inverted: NDArray[np.float32], now: sp.csr_array, before: sp.csr_array
) -> NDArray[np.float32] | None:
    """(M + AᵀA - RᵀR)⁻¹ from M⁻¹, float32[m, m], with the rows A of `now` and R of `before`.

    By the identity of Woodbury, A first, so that what is inverted stays positive definite. None where float32
    is not enough for it: too much of the matrix hangs on what changes. `inverted` is changed.
    """
    for rows, sign in ((now, 1.0), (before, -1.0)):
        if not _moved(inverted, rows[_filled(rows)], sign):
            return None
    return inverted


def set_apart(inverted: NDArray[np.floating], events: NDArray[np.integer], value: float) -> None:
    """Leave items without events as a fit has them: rounding would tell with which they once were."""
    apart = np.flatnonzero(events == 0)
    inverted[apart], inverted[:, apart] = 0, 0
    inverted[apart, apart] = value


def _moved(inverted: NDArray[np.float32], rows: sp.csr_array, sign: float) -> bool:
    """Add `sign` times UᵀU to what is inverted: P - sign·PUᵀ(I + sign·UPUᵀ)⁻¹UP, solved in float64."""
    from scipy.linalg import LinAlgError, cholesky, solve_triangular

    if not rows.shape[0]:
        return True
    reached = rows @ inverted
    small = sign * np.asarray(rows.astype(np.float64) @ reached.T.astype(np.float64))
    small[np.diag_indices_from(small)] += 1
    try:
        factor = cholesky(small, lower=True, overwrite_a=True)
    except LinAlgError:
        return False
    if np.diagonal(factor).min() ** 2 < _LEFT:
        return False
    solved = solve_triangular(factor.astype(np.float32), reached, lower=True, overwrite_b=True)
    inverted -= np.float32(sign) * (solved.T @ solved)
    return True


def _filled(matrix: sp.csr_array) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(matrix.indptr))


def with_diagonal(matrix: sp.csr_array, added: NDArray[np.floating]) -> sp.csr_array:
    """The rows of a matrix and one more for each item with something added to the diagonal of its square."""
    items = np.flatnonzero(added)
    parts: Any = (np.sqrt(added[items]).astype(np.float32), (np.arange(len(items)), items))
    rows = sp.csr_array(parts, shape=(len(items), matrix.shape[1]))
    stacked: sp.csr_array = sp.vstack([matrix, rows], format="csr")
    return stacked
