"""EASE: each item's score is a linear function of what else the person met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.errors import ComponentError
from palate.linear import fill_upper, gram, history_product

BYTES_A_PAIR = 12  # the float64 inverse, and beside it the Gram matrix or the weights in float32


@dataclass
class Ease:
    """A linear model between all pairs of items, in closed form (EASE).

    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data": with G = XᵀX of the 0/1
    matrix of people and items, P = (G + l2·I)⁻¹ and B = -P / diag(P) with a diagonal of 0; scores
    are X·B. Time grows with the cube of the number of items and memory with its square, 12 bytes a
    pair while fitting and 4 after: `memory` (GiB) is how much fitting may take.
    """

    name: ClassVar[str] = "ease"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l2: Annotated[float, Gt(0)] = 500.0
    memory: Annotated[float, Gt(0)] = 4.0

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Ease:
        """Solve for the weights, float32[items, items]; row i holds what meeting item i says.

        Raises ComponentError before computing anything if it would take more than `memory`.
        """
        self._check_memory(training.history.n_items)
        self.weights_ = _weights(gram(training.history.matrix), self.l2)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of what the person met; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def _check_memory(self, n_items: int) -> None:
        needed = BYTES_A_PAIR * n_items**2 / 2**30
        if needed > self.memory:
            raise ComponentError(
                f"ranker 'ease' would take {needed:.1f} GiB for {n_items:,} items, more than the "
                f"{self.memory:g} GiB that its option `memory` allows. Use 'item-knn', which keeps only the "
                "nearest items, take rare items out with the cleaner 'min-interactions', or raise `memory`."
            )


def _weights(counts: NDArray[np.float32], l2: float) -> NDArray[np.float32]:
    """B from the lower triangle of the Gram matrix, which is not kept."""
    inverse = _inverse(counts, l2)
    del counts
    fill_upper(inverse)
    out = np.empty(inverse.shape, np.float32)
    np.divide(inverse.T, -np.diagonal(inverse), out=out, casting="same_kind")  # .T: the C order of `out`
    np.fill_diagonal(out, 0.0)
    return out


def _inverse(counts: NDArray[np.float32], l2: float) -> NDArray[Any]:
    """The lower triangle of (G + l2·I)⁻¹ in float64, by Cholesky, in one array.

    float64, because rare items make the matrix ill-conditioned when l2 is small.
    """
    from scipy.linalg.lapack import dpotrf, dpotri

    matrix = counts.astype(np.float64, order="F")
    matrix[np.diag_indices_from(matrix)] += l2
    factor, wrong = dpotrf(matrix, lower=1, clean=0, overwrite_a=1)
    if wrong:
        raise ComponentError(
            f"ranker 'ease' cannot invert its matrix with l2 = {l2:g}: singular in float64. Use a larger l2."
        )
    inverse: NDArray[Any] = dpotri(factor, lower=1, overwrite_c=1)[0]
    return inverse
