"""SLIM: a sparse linear model between items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.memory import check_memory
from palate.arrays.products import SparseWeights, history_product
from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate.data.query import Progress
from palate_linear.penalty import penalty

BYTES_A_PAIR = 8  # the Gram matrix and the weights, until they are kept sparsely
BLOCK = 64


@dataclass
class Slim:
    """A sparse linear model between items, weights none below 0 (SLIM).

    Ning and Karypis (2011), "SLIM: Sparse Linear Methods for Top-N Recommender Systems": least
    ½‖X - XW‖² + l2/2·‖W‖² + l1·‖W‖₁ with a diagonal of 0 and, if `positive`, no weight below 0;
    scores are X·W. Solved by coordinate descent on G = XᵀX (Friedman, Hastie and Tibshirani, 2010),
    one item's row of weights for all items at a time, until a sweep moves no weight by more than
    `tolerance` or `sweeps` are done. Slower than `ease` by the number of sweeps; the fitted model is
    sparse. 8 bytes a pair of items while fitting: `memory` (GiB) is how much that may be.
    """

    name: ClassVar[str] = "slim"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l1: Annotated[float, Ge(0)] = 0.5
    """L1 regularisation, which sets small weights to 0."""
    l2: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """L2 regularisation of the weights; `auto`: about three times the mean number of events of an item."""
    positive: bool = True
    """Whether weights below 0 are excluded."""
    sweeps: Annotated[int, Ge(1)] = 50
    """Passes over all weights at most."""
    tolerance: Annotated[float, Gt(0)] = 1e-4
    memory: Annotated[float, Gt(0)] = 4.0
    """How many GiB fitting may take."""

    weights_: SparseWeights = field(init=False, repr=False, compare=False)
    l2_: float = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Slim:
        """Solve for the weights, sparse float32[items, items]; row i is what item i adds to each score.

        Raises ComponentError before computing anything if it would take more than `memory` GiB.
        """
        check_memory(
            self.name, training.history.n_items, BYTES_A_PAIR, self.memory,
            "Use 'item-knn', which keeps only the nearest items",
        )  # fmt: skip
        self.l2_ = penalty(self.l2, training.history)
        found = self._solve(gram(training.history.matrix), training.progress)
        self.weights_ = SparseWeights(sp.csr_array(found))
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items)

    def _solve(self, counts: NDArray[np.float32], progress: Progress) -> NDArray[np.float32]:
        weights = np.zeros(counts.shape, np.float32)
        for sweep in range(self.sweeps):
            moved = max(self._sweep(counts, weights, start) for start in range(0, len(counts), BLOCK))
            progress(sweep + 1, self.sweeps)
            if moved <= self.tolerance:
                break
        return weights

    def _sweep(self, counts: NDArray[np.float32], weights: NDArray[np.float32], start: int) -> float:
        """Set a block of rows of the weights to their best, one by one; returns the largest move.

        What is left to explain is computed for the whole block by one product, and kept up to date
        within it.
        """
        rows = slice(start, min(start + BLOCK, len(counts)))
        left = counts[rows] - counts[rows] @ weights
        moved = 0.0
        for at, item in enumerate(range(rows.start, rows.stop)):
            new = self._best(left[at] + counts[item, item] * weights[item], counts[item, item])
            new[item] = 0
            change = new - weights[item]
            weights[item] = new
            left[at + 1 :] -= np.outer(counts[item, item + 1 : rows.stop], change)
            moved = max(moved, float(np.abs(change).max()))
        return moved

    def _best(self, left: NDArray[np.float32], count: np.float32) -> NDArray[np.float32]:
        """The soft threshold: what exceeds l1, shrunk by l2."""
        size = np.maximum((left if self.positive else np.abs(left)) - np.float32(self.l1), 0)
        size /= count + np.float32(self.l2_)
        return np.asarray(size if self.positive else np.copysign(size, left), np.float32)
