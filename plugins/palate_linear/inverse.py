"""The inverse of a Gram matrix with something added to its diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.cooccurrence import fill_upper
from palate.errors import ComponentError


def inverse(
    counts: NDArray[np.floating], added: float | NDArray[np.floating], ranker: str
) -> NDArray[np.float64]:
    """(G + diag(added))⁻¹ as float64[m, m], by Cholesky, in one array; symmetric to the last bit.

    Only the lower triangle of G is read. float64, because rare items make the matrix ill-conditioned
    when little is added. Raises ComponentError where it is singular nonetheless.
    """
    from scipy.linalg.lapack import dpotrf, dpotri

    matrix: NDArray[Any] = counts.astype(np.float64, order="F")
    matrix[np.diag_indices_from(matrix)] += added
    factor, wrong = dpotrf(matrix, lower=1, clean=0, overwrite_a=1)
    if wrong:
        least = float(np.min(added))
        raise ComponentError(
            f"ranker {ranker!r} cannot invert its matrix with l2 = {least:g}: singular in float64. "
            "Use a larger l2."
        )
    inverted: NDArray[np.float64] = dpotri(factor, lower=1, overwrite_c=1)[0]
    fill_upper(inverted)
    return inverted
