"""DLAE: a linear autoencoder trained to fill in what was dropped at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Lt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.memory import check_memory
from palate.arrays.products import history_product
from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate_linear.inverse import inverse

BYTES_A_PAIR = 12  # the float64 inverse, and the Gram matrix or the weights in float32


@dataclass
class Dlae:
    """A linear model that fills in what was dropped at random, in closed form (DLAE).

    Steck (2020), "Autoencoders that don't overfit towards the Identity": training with every event
    dropped with probability `dropout` is, on average, ridge regression with more weight on popular
    items: with G = XᵀX and Λ = l2·I + p/(1-p)·diag(G), B = (G + Λ)⁻¹G, which is I - (G + Λ)⁻¹Λ;
    scores are X·B. Unlike in `ease` the diagonal is not forced to 0, which matters only for seen
    items. Cost as for `ease`.
    """

    name: ClassVar[str] = "dlae"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l2: Annotated[float, Gt(0)] = 300.0
    """L2 regularisation of the weights."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.5
    """Probability that an event is dropped in training."""
    memory: Annotated[float, Gt(0)] = 4.0
    """What a matrix of items x items may take, in GiB; more is refused."""

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Dlae:
        """Solve for the weights, float32[items, items]; row i is what item i adds to each score.

        Raises ComponentError before computing anything if it would take more than `memory` GiB.
        """
        check_memory(
            self.name, training.history.n_items, BYTES_A_PAIR, self.memory,
            "Use 'item-knn', which keeps only the nearest items",
        )  # fmt: skip
        counts = gram(training.history.matrix)
        added = self.l2 + self.dropout / (1 - self.dropout) * np.diagonal(counts).astype(np.float64)
        inverted = inverse(counts, added, self.name)
        del counts
        self.weights_ = _weights(inverted, added)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items)


def _weights(inverted: NDArray[np.float64], added: NDArray[np.float64]) -> NDArray[np.float32]:
    """I - P·diag(added) from P, in the C order that scoring reads."""
    out = np.empty(inverted.shape, np.float32)
    np.multiply(inverted.T, -added, out=out, casting="same_kind")  # P is symmetric; .T is its C order
    at = np.diag_indices_from(out)
    out[at] = 1 - np.diagonal(inverted) * added
    return out
