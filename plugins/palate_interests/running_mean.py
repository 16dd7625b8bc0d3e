"""Weighted means of one user that are updated by one event in constant time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History
from palate_interests.weighted_mean import check_finite, check_rows


@dataclass
class RunningMean:
    """The sum of weighted vectors, float64[d], and the sum of the absolute weights, by which it is divided.

    A vector of zeros belongs to an item without text and does not count. `items` has the weight of each
    item that counts once, by row number.
    """

    total: NDArray[np.float64]
    weight: float = 0.0
    items: dict[int, float] = field(default_factory=dict)

    @classmethod
    def over(cls, history: History, vectors: Vectors, weights: NDArray[Any]) -> RunningMean:
        """The events of the one user in `history`, each with its weight."""
        check_rows(vectors, history.n_items)
        found = vectors[history.items].astype(np.float64)
        check_finite(found)
        sizes = np.abs(np.asarray(weights, np.float64)) * found.any(axis=1)
        return cls(np.asarray(weights, np.float64) @ found, float(sizes.sum()))

    @classmethod
    def of_items(cls, history: History, vectors: Vectors, weights: NDArray[Any]) -> RunningMean:
        """A user's items, each once: `weights` float[k] in the order of the entries of `history.matrix`."""
        items = history.matrix.indices
        alone = History(np.array([0, len(items)], np.int64), items.astype(np.int32), history.n_items)
        state = cls.over(alone, vectors, weights)
        state.items = dict(zip(items.tolist(), np.asarray(weights, np.float64).tolist(), strict=True))
        return state

    def add(self, vector: NDArray[Any], weight: float) -> None:
        """Add one event."""
        check_finite(np.asarray(vector))
        if np.any(vector):
            self.total = self.total + weight * np.asarray(vector, np.float64)
            self.weight += abs(weight)

    def remove(self, vector: NDArray[Any], weight: float) -> None:
        """Undo an `add`."""
        if np.any(vector):
            self.total = self.total - weight * np.asarray(vector, np.float64)
            self.weight -= abs(weight)

    def replace(self, item: int, vector: NDArray[Any], weight: float) -> None:
        """Add an item that counts once, in place of its former weight."""
        if item in self.items:
            self.remove(vector, self.items[item])
        self.add(vector, weight)
        self.items[item] = weight

    def scale(self, factor: float) -> None:
        """Multiply the weight of all events so far."""
        self.total = self.total * factor
        self.weight *= factor

    def mean(self) -> Vectors:
        """float32[1, d]; zeros where nothing counts."""
        if np.float32(self.weight) <= 0:
            return np.zeros((1, len(self.total)), np.float32)
        return (self.total / self.weight).astype(np.float32)[None]
