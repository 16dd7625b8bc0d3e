"""EASE: each item's score is a linear function of the user's other items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.memory import GIB, check_memory, fits
from palate.arrays.products import SparseWeights, history_product
from palate.data import Query, Training
from palate.data.ageing import aged, check_times
from palate.data.contributions import Contributions, summed
from palate.errors import ComponentError
from palate_linear.inverse import inverse
from palate_linear.neighbourhood import BYTES_A_COUNT, counts_at_most, neighbourhood_weights

BYTES_A_PAIR = 12  # the float64 inverse, and the Gram matrix or the weights in float32


@dataclass
class Ease:
    """A linear model between all pairs of items, in closed form (EASE).

    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data": with G = XᵀX of the 0/1
    matrix of users and items, P = (G + l2·I)⁻¹ and B = -P / diag(P) with a diagonal of 0; scores
    are X·B. Time grows with the cube of the number of items and memory with its square, 12 bytes a
    pair while fitting and 4 after: `memory` (GiB) is how much fitting may take.

    Where it would take more, `on_large: refuse` is an error before anything is computed, and `on_large:
    sparse` predicts each item from its `neighbours` nearest items alone (`palate_linear.neighbourhood`),
    an approximation whose memory grows with the pairs of items with common users, and which is EASE
    itself where there are as many neighbours as items.
    """

    name: ClassVar[str] = "ease"
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l2: Annotated[float, Gt(0)] = 500.0
    """L2 regularisation of the weights."""
    memory: Annotated[float, Gt(0)] = 4.0
    """How many GiB fitting may take."""
    on_large: Literal["refuse", "sparse"] = "refuse"
    """What to do with a catalogue that takes more than `memory`."""
    neighbours: Annotated[int, Ge(1)] = 200
    """With `on_large: sparse`: how many items predict each item."""
    strength: bool = True
    """Whether likes count by their strength, where the feedback gives one, in what a user is scored from."""
    disliked: Annotated[float, Ge(0)] = 0.0
    """How much of what an item says is taken away where the user dislikes it; 0 leaves dislikes out."""
    half_life: Annotated[float, Gt(0)] | None = None
    """After how many days an event counts half, counted back from the user's last; none: all count alike."""

    weights_: NDArray[np.float32] | SparseWeights = field(init=False, repr=False, compare=False)

    def wants_timestamps(self) -> bool:
        return self.half_life is not None

    def fit(self, training: Training) -> Ease:
        """Solve for the weights, float32[items, items]; row i is what item i adds to each score.

        Sparse where `on_large` says so. Raises ComponentError before computing anything if it would take
        more than `memory`, or if `half_life` is set and there are no times.
        """
        check_times(self.name, training.history, self.half_life)
        met = aged(training.history, self.half_life)
        if self.on_large == "sparse" and not fits(met.shape[1], BYTES_A_PAIR, self.memory):
            self._check_counts(met)
            self.weights_ = SparseWeights(neighbourhood_weights(met, self.l2, self.neighbours))
            return self
        check_memory(
            self.name, met.shape[1], BYTES_A_PAIR, self.memory,
            "Use `on_large: sparse` or 'item-knn', which keep only the nearest items",
        )  # fmt: skip
        self.weights_ = without_self(inverse(gram(met), self.l2, self.name))
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.opinions(self.strength, self.disliked, self.half_life), self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items, self.strength, self.disliked, self.half_life)

    def _check_counts(self, met: sp.csr_array) -> None:
        needed = BYTES_A_COUNT * counts_at_most(met) / GIB
        if needed > self.memory:
            raise ComponentError(
                f"ranker 'ease' would take up to {needed:.1f} GiB with `on_large: sparse`, for the pairs of "
                f"items with common users; its option `memory` allows {self.memory:g} GiB. Use 'item-knn', "
                "remove rare items with the cleaner 'min-interactions', or raise `memory`."
            )


def without_self(inverted: NDArray[np.float64]) -> NDArray[np.float32]:
    """-P / diag(P) with a diagonal of 0, in the C order that scoring reads."""
    out = np.empty(inverted.shape, np.float32)
    np.divide(inverted.T, -np.diagonal(inverted), out=out, casting="same_kind")  # P is symmetric
    np.fill_diagonal(out, 0.0)
    return out
