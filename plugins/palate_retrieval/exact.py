"""Exact nearest-neighbour search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_retrieval.similarity import Measure, nearest, prepared


@dataclass
class Exact:
    """The items nearest to a user's interests, by comparing all: exact, and slow for many items.

    `measure` should be that of the ranker that scores the candidates: `cosine`, `dot` or `euclidean`.
    """

    name: ClassVar[str] = "exact"

    candidates: Annotated[int, Ge(1)] = 1000
    """How many items are looked for, the user's items among them."""
    measure: Measure = "cosine"

    vectors_: Vectors = field(init=False, repr=False, compare=False)

    def build(self, vectors: Vectors) -> Exact:
        """Keep the item vectors, float32[items, d]."""
        self.vectors_ = prepared(vectors, self.measure)
        return self

    def search(self, vectors: Vectors, k: int) -> NDArray[np.int32]:
        """int32[n, k]: items for float32[n, d], nearest first, -1 where there are fewer."""
        return nearest(vectors, self.vectors_, k, self.measure)

    exact = search
