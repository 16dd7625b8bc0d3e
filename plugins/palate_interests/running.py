"""Weighted means of one person that take one event more in constant time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History
from palate_interests.weighted import check_finite, check_rows


@dataclass
class Running:
    """The sum of weighted vectors, float64[d], with the sum of the weights' sizes below the line.

    A vector of zeros has no text and does not count. `met` has the weight of each item that counts
    once, by row number.
    """

    total: NDArray[np.float64]
    weight: float = 0.0
    met: dict[int, float] = field(default_factory=dict)

    @classmethod
    def over(cls, history: History, vectors: Vectors, weights: NDArray[Any]) -> Running:
        """The events of the one person in `history`, each with its weight."""
        check_rows(vectors, history.n_items)
        found = vectors[history.items].astype(np.float64)
        check_finite(found)
        sizes = np.abs(np.asarray(weights, np.float64)) * found.any(axis=1)
        return cls(np.asarray(weights, np.float64) @ found, float(sizes.sum()))

    def add(self, vector: NDArray[Any], weight: float) -> None:
        """One event more, or with `take` one less."""
        check_finite(np.asarray(vector))
        if np.any(vector):
            self.total = self.total + weight * np.asarray(vector, np.float64)
            self.weight += abs(weight)

    def take(self, vector: NDArray[Any], weight: float) -> None:
        """Undo an `add`."""
        if np.any(vector):
            self.total = self.total - weight * np.asarray(vector, np.float64)
            self.weight -= abs(weight)

    def put(self, item: int, vector: NDArray[Any], weight: float) -> None:
        """An item that counts once: what it weighed before is replaced."""
        if item in self.met:
            self.take(vector, self.met[item])
        self.add(vector, weight)
        self.met[item] = weight

    def fade(self, factor: float) -> None:
        """All that came before counts this much less."""
        self.total = self.total * factor
        self.weight *= factor

    def mean(self) -> Vectors:
        """float32[1, d]; zeros where nothing counts."""
        if np.float32(self.weight) <= 0:
            return np.zeros((1, len(self.total)), np.float32)
        return (self.total / self.weight).astype(np.float32)[None]


def once(history: History, vectors: Vectors, weights: NDArray[Any]) -> Running:
    """A person's items, each once: `weights` float[k] beside the entries of `history.matrix`."""
    items = history.matrix.indices
    alone = History(np.array([0, len(items)], np.int64), items.astype(np.int32), history.n_items)
    state = Running.over(alone, vectors, weights)
    state.met = dict(zip(items.tolist(), np.asarray(weights, np.float64).tolist(), strict=True))
    return state
