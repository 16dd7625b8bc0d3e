"""How near each item is to the nearest of a person's interests, by three measures.

Only vectors count, so an item that nobody has met yet is scored like any other. An item whose
vector is all zeros has no text, and gets NaN: no opinion. So does every item for a person whose
interests are all zeros.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.components.contracts import Scores, Vectors
from palate.data import Query, Training
from palate.data.contributions import Contributions
from palate_content.given import interests_of, item_vectors

NEEDS = frozenset({"vectors", "interests", "history"})


@dataclass
class Cosine:
    """Items by the cosine of the angle between their vector and the person's nearest interest."""

    name: ClassVar[str] = "cosine"
    needs: ClassVar[frozenset[str]] = NEEDS

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Cosine:
        """Keep the item vectors, each at length one. Raises ComponentError where there are none."""
        vectors, self.blank_ = item_vectors(training, self.name)
        self.vectors_ = _unit(vectors)
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items] in [-1, 1]."""
        return _nearest(
            interests_of(query, self.vectors_.shape[1]),
            self.blank_,
            lambda rows: row_product(_unit(rows), self.vectors_),
        )

    def score_items(self, query: Query, items: NDArray[np.int32]) -> Scores:
        """float32[n, c]: the scores of only these items (int32[n, c])."""
        interests = interests_of(query, self.vectors_.shape[1])
        unit = _unit(interests.reshape(-1, interests.shape[2])).reshape(interests.shape)
        return _some(unit, self.vectors_, self.blank_, items)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The item's direction over the length of the nearest interest: exact, as the length is given."""
        interests = interests_of(query, self.vectors_.shape[1])
        length = np.linalg.norm(interests.astype(np.float64), axis=2, keepdims=True)
        toward = self.vectors_[items].astype(np.float64)[:, None, :] / np.where(length > 0, length, np.inf)
        return _toward(interests, toward)


@dataclass
class Dot:
    """Items by the inner product of their vector with the person's best interest."""

    name: ClassVar[str] = "dot"
    needs: ClassVar[frozenset[str]] = NEEDS

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Dot:
        """Keep the item vectors as they are. Raises ComponentError where there are none."""
        self.vectors_, self.blank_ = item_vectors(training, self.name)
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items]: a longer vector scores higher in the same direction."""
        return _nearest(
            interests_of(query, self.vectors_.shape[1]),
            self.blank_,
            lambda rows: row_product(rows, self.vectors_),
        )

    def score_items(self, query: Query, items: NDArray[np.int32]) -> Scores:
        """float32[n, c]: the scores of only these items (int32[n, c])."""
        return _some(interests_of(query, self.vectors_.shape[1]), self.vectors_, self.blank_, items)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The item's own vector, for the best interest."""
        interests = interests_of(query, self.vectors_.shape[1])
        vectors = self.vectors_[items].astype(np.float64)[:, None, :]
        return _toward(interests, np.broadcast_to(vectors, interests.shape))


@dataclass
class Euclidean:
    """Items by the distance of their vector from the person's nearest interest, nearest first."""

    name: ClassVar[str] = "euclidean"
    needs: ClassVar[frozenset[str]] = NEEDS

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Euclidean:
        """Keep the item vectors as they are. Raises ComponentError where there are none."""
        self.vectors_, self.blank_ = item_vectors(training, self.name)
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items]: the negative distance, so 0 is best and higher is better."""
        squares = np.einsum("ij,ij->i", self.vectors_, self.vectors_)

        def closeness(rows: Vectors) -> Scores:
            distance = row_product(rows, self.vectors_)
            distance *= -2
            distance += squares
            distance += np.einsum("ij,ij->i", rows, rows)[:, None]
            np.maximum(distance, 0, out=distance)
            np.sqrt(distance, out=distance)
            return np.negative(distance, out=distance)

        return _nearest(interests_of(query, self.vectors_.shape[1]), self.blank_, closeness)


def _some(interests: Vectors, vectors: Vectors, blank: NDArray[np.bool_], items: NDArray[np.int32]) -> Scores:
    """The best product over a person's interests with the vectors of some items, float32[n, c]."""
    theirs = vectors[np.maximum(items, 0)]
    scores: Scores = np.einsum("nkd,ncd->nck", interests, theirs).max(axis=2)
    scores[blank[np.maximum(items, 0)] | (items < 0)] = np.nan
    scores[~interests.any(axis=(1, 2))] = np.nan
    return scores


def _toward(interests: Vectors, toward: NDArray[np.float64]) -> Contributions:
    """What the score is made of, where it is the largest product of interests with `toward` (n, k, d)."""
    products = np.einsum("nkd,nkd->nk", interests, toward)
    best = np.zeros(products.shape)
    best[np.arange(len(best)), products.argmax(axis=1)] = 1
    return Contributions(np.zeros(len(interests)), interests=toward * best[:, :, None])


def _nearest(given: Vectors, blank: NDArray[np.bool_], score: Callable[[Vectors], Scores]) -> Scores:
    """The best score of each item over a person's interests: float32[n, items]."""
    people, interests, width = given.shape
    scores = score(given.reshape(people * interests, width))
    if interests > 1:
        scores = scores.reshape(people, interests, -1).max(axis=1)
    scores[:, blank] = np.nan
    scores[~given.any(axis=(1, 2))] = np.nan
    return scores


def _unit(vectors: Vectors) -> Vectors:
    """float32[n, d] of length one; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.zeros_like(vectors)
    np.divide(vectors, length, out=unit, where=length > 0)
    return unit
