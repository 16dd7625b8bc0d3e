"""How similar two items are, by their users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.errors import ComponentError

Measure = Literal["cosine", "jaccard", "tfidf", "bm25"]
Shrink = float | Literal["auto"]

K1, B = 1.2, 0.75
SHRUNK = 30  # events, by what they weigh


def check_shrink(ranker: str, measure: Measure, shrink: Shrink) -> None:
    """Raises ComponentError if `shrink` is set with `bm25`, which has no denominator."""
    if shrink not in (0, "auto") and measure == "bm25":
        raise ComponentError(
            f"ranker {ranker!r}: similarity 'bm25' has no denominator to add `shrink` to; "
            "leave `shrink` out, or use 'cosine', 'jaccard' or 'tfidf'"
        )


def shrink_for(matrix: sp.csr_array, measure: Measure, shrink: Shrink) -> float:
    """What is added to the denominator; with `auto` what 30 events of the matrix weigh on average."""
    if shrink != "auto":
        return float(shrink)
    if measure == "bm25" or not matrix.nnz:
        return 0.0
    return float(SHRUNK * np.mean(matrix.data**2, dtype=np.float64))


def weighted(matrix: sp.csr_array, measure: Measure) -> sp.csr_array:
    """The users x items matrix with the weights that the measure gives its entries."""
    if measure == "tfidf":
        return _times(matrix, np.log((1 + matrix.shape[1]) / (1 + np.diff(matrix.indptr))))
    if measure == "bm25":
        return _bm25(matrix)
    return matrix


def squares(matrix: sp.csr_array) -> NDArray[np.float32]:
    """float32[m]: the dot product of each column with itself."""
    found = np.bincount(matrix.indices, weights=matrix.data**2, minlength=matrix.shape[1])
    return found.astype(np.float32)


@dataclass(frozen=True)
class Similarity:
    """A function of (products, one item's row number, the other's) that gives similarities.

    `products` are the dot products of the two items' columns, an array, and `size` float32[m] those of each
    with itself; the row numbers must broadcast to its shape.
    """

    size: NDArray[np.float32]
    measure: Measure
    shrink: float

    def __call__(self, products: Any, one: Any, other: Any) -> Any:
        if self.measure == "bm25":
            return products.copy()
        if self.measure == "jaccard":
            return products / (self.size[one] + self.size[other] - products + self._added)
        return products / (self._length[one] * self._length[other] + self._added)

    def least(self, value: Any, one: Any, size: Any) -> Any:
        """The product that makes an item of this size so similar to `one`."""
        if self.measure == "bm25":
            return value
        if self.measure == "jaccard":
            return value * (self.size[one] + size + self._added) / (1 + value)
        return value * (self._length[one] * np.sqrt(size) + self._added)

    @cached_property
    def _length(self) -> NDArray[np.float32]:
        return np.sqrt(self.size)

    @property
    def _added(self) -> np.float32:
        return np.float32(max(self.shrink, 1e-30))  # an item without users has no similarity, not 0 / 0


def _bm25(matrix: sp.csr_array) -> sp.csr_array:
    """Robertson and Zaragoza (2009); the logarithm has 1 added, so that no weight is negative."""
    met = np.diff(matrix.indptr)
    people = np.bincount(matrix.indices, minlength=matrix.shape[1])
    saturation = (K1 + 1) / (1 + K1 * (1 - B + B * people / max(people.mean(), 1e-12)))
    out = _times(matrix, np.log1p((matrix.shape[1] - met + 0.5) / (met + 0.5)))
    out.data *= saturation.astype(np.float32)[out.indices]
    return out


def _times(matrix: sp.csr_array, by_person: NDArray[np.float64]) -> sp.csr_array:
    data = matrix.data * np.repeat(by_person.astype(np.float32), np.diff(matrix.indptr))
    return sp.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
