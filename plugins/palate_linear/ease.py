"""EASE: each item's score is a linear function of what else the person met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate.gram import gram
from palate.linear import history_product
from palate_linear.inverse import inverse
from palate_linear.memory import check_memory

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
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l2: Annotated[float, Gt(0)] = 500.0
    """How strongly weights are drawn to zero."""
    memory: Annotated[float, Gt(0)] = 4.0

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Ease:
        """Solve for the weights, float32[items, items]; row i holds what meeting item i says.

        Raises ComponentError before computing anything if it would take more than `memory`.
        """
        check_memory(
            self.name, training.history.n_items, BYTES_A_PAIR, self.memory,
            "Use 'item-knn', which keeps only the nearest items",
        )  # fmt: skip
        self.weights_ = without_self(inverse(gram(training.history.matrix), self.l2, self.name))
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of what the person met; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item met says for the one asked about."""
        return summed(query, self.weights_, items)


def without_self(inverted: NDArray[np.float64]) -> NDArray[np.float32]:
    """-P / diag(P) with a diagonal of 0, in the C order that scoring reads."""
    out = np.empty(inverted.shape, np.float32)
    np.divide(inverted.T, -np.diagonal(inverted), out=out, casting="same_kind")  # P is symmetric
    np.fill_diagonal(out, 0.0)
    return out
