"""L3AE: a linear autoencoder pulled towards the similarities of a language model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.memory import check_memory
from palate.arrays.products import history_product
from palate.components.contracts import Vectors
from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate.errors import ComponentError
from palate_linear.ease import without_self
from palate_linear.inverse import inverse

BYTES_A_PAIR = 20  # the float64 inverse; in float32 the similarities, a product of the two and the weights


@dataclass
class L3ae:
    """A linear model between items, pulled towards the similarities of their vectors (L3AE).

    Moon, Park and Lee (2025), "LLM-Enhanced Linear Autoencoders for Recommendation". First a linear
    model of the item vectors F alone: C = -Q / diag(Q), diagonal 0, with Q = (FFᵀ + vectors_l2·I)⁻¹.
    Then the weights B nearest to both behaviour and C, least ‖X - XB‖² + l2·‖B‖² + pull·‖B - C‖² with
    a diagonal of 0: with P = (G + (l2 + pull)·I)⁻¹, B = pull·PC - P·diag((1 + pull·diag(PC)) / diag(P)).
    Scores are X·B. An item without interactions is scored by the similarity of its vector to others. Cost as
    for `ease`, and somewhat more memory.
    """

    name: ClassVar[str] = "l3ae"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history", "vectors"})

    l2: Annotated[float, Gt(0)] = 500.0
    """L2 regularisation of the weights."""
    pull: Annotated[float, Ge(0)] = 500.0
    """How strongly weights are pulled towards those that the vectors give."""
    vectors_l2: Annotated[float, Gt(0)] = 1.0
    """L2 regularisation of the weights from vectors."""
    memory: Annotated[float, Gt(0)] = 4.0
    """What a matrix of items x items may take, in GiB; more is refused."""

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> L3ae:
        """Solve for the weights, float32[items, items]; row i is what item i adds to each score.

        Raises ComponentError where there are no item vectors, and, before computing anything, where it
        would take more than `memory` GiB.
        """
        if training.vectors is None:
            raise ComponentError("ranker 'l3ae' needs item vectors; add `encode:` to its branch")
        check_memory(
            self.name, training.history.n_items, BYTES_A_PAIR, self.memory, "Use 'item-knn' beside 'cosine'"
        )
        similar = _similar(training.vectors, self.vectors_l2)
        inverted = inverse(lambda: gram(training.history.matrix), self.l2 + self.pull, self.name)
        self.weights_ = _weights(inverted, similar, self.pull)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items)


def _similar(vectors: Vectors, l2: float) -> NDArray[np.float32]:
    """How well each item's vector is made from others': float32[items, items], diagonal 0."""
    return without_self(inverse(lambda: vectors @ vectors.T, l2, "l3ae"))


def _weights(inverted: NDArray[np.float64], similar: NDArray[np.float32], pull: float) -> NDArray[np.float32]:
    solved = inverted.T.astype(np.float32)
    out = solved @ similar
    out *= np.float32(pull)
    kept = (1 + np.diagonal(out).astype(np.float64)) / np.diagonal(inverted)
    solved *= kept.astype(np.float32)
    out -= solved
    np.fill_diagonal(out, 0.0)
    return out
