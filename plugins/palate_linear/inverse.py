"""The inverse of a Gram matrix with something added to its diagonal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.cooccurrence import fill_upper
from palate.errors import ComponentError
from palate_linear.blocked import invert


def inverse(
    counts: Callable[[], NDArray[np.floating]], added: float | NDArray[np.floating], ranker: str
) -> NDArray[np.float64]:
    """(G + diag(added))⁻¹ as float64[m, m], by Cholesky, in one array; symmetric to the last bit.
    The same to the last bit whatever the number of cores.

    `counts` makes G, which is let go of before the inverse is computed: that takes 8 bytes a pair of items
    and some blocks. Only the lower triangle of G is read. float64, because rare items make the matrix
    ill-conditioned when little is added. Raises ComponentError where it is singular nonetheless.
    """
    matrix: NDArray[Any] = counts().astype(np.float64, order="C")
    matrix[np.diag_indices_from(matrix)] += added
    if not invert(matrix):
        least = float(np.min(added))
        raise ComponentError(
            f"ranker {ranker!r} cannot invert its matrix with l2 = {least:g}: singular in float64. "
            "Use a larger l2."
        )
    fill_upper(matrix)
    return matrix
