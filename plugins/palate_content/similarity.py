"""How similar each item is to the nearest of a user's interests, by three measures.

Only vectors count, so an item without interactions is scored like any other. An item whose vector is
all zeros has no text, and gets NaN: no score. So does every item for a user whose interests are all
zeros.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import row_product, row_sums
from palate.arrays.rows import lengths, unit_rows
from palate.components.contracts import Scores, Vectors
from palate.data import Query, Training
from palate.data.contributions import Contributions
from palate_content.inputs import interests_of, item_vectors


@dataclass
class NearestInterest(ABC):
    """Items by the similarity of their vector to the nearest interest; the measure is the subclass's."""

    name: ClassVar[str]
    needs: ClassVar[frozenset[str]] = frozenset({"vectors", "interests", "history"})

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    @abstractmethod
    def _similarity(self, interests: Vectors) -> Scores:
        """float32[m, items]: how similar each item is to each of these interests, float32[m, d]."""

    def fit(self, training: Training) -> Self:
        """Keep the item vectors. Raises ComponentError where there are none."""
        self.vectors_, self.blank_ = item_vectors(training, self.name)
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items], higher is better; NaN without a vector or an interest."""
        given = self._interests(query)
        users, interests, width = given.shape
        scores = self._similarity(given.reshape(users * interests, width))
        if interests > 1:
            scores = scores.reshape(users, interests, -1).max(axis=1)
        if np.count_nonzero(self.blank_):
            scores[:, self.blank_] = np.nan
        some = given.any(axis=(1, 2))
        if not some.all():
            scores[~some] = np.nan
        return scores

    def _interests(self, query: Query) -> Vectors:
        return interests_of(query, self.vectors_.shape[1])

    def _products(self, interests: Vectors, items: NDArray[np.int32]) -> Scores:
        """The best product over a user's interests with the vectors of some items, float32[n, c]."""
        rows = np.maximum(items, 0)
        own = self.vectors_.take(rows, axis=0)
        products = np.einsum("nkd,ncd->nck", interests, own)
        scores: Scores = products[:, :, 0] if products.shape[2] == 1 else products.max(axis=2)
        scores[self.blank_.take(rows) | (items < 0)] = np.nan
        some = np.logical_or.reduce(interests, axis=(1, 2))
        if np.count_nonzero(some) < len(some):
            scores[~some] = np.nan
        return scores


@dataclass
class AlongInterest(NearestInterest):
    """Measures by the direction of the interest: for a sum of item vectors they add up over the items."""

    @abstractmethod
    def _scaled(self, interests: Vectors) -> Vectors:
        """float32[..., d]: interests at the length that counts."""

    @abstractmethod
    def _divide(self, scores: Scores, interests: Vectors) -> None:
        """Divide float32[n, items] by what `_scaled` divides float32[n, d] by, none of them all zeros."""

    def score_items(self, query: Query, items: NDArray[np.int32]) -> Scores:
        """float32[n, c]: the scores of only these items (int32[n, c])."""
        return self._products(self._scaled(self._interests(query)), items)

    def similarities(self, vectors: Vectors) -> Scores:
        """float32[items, items] from float32[items, d]: the product of each vector with each item's."""
        return row_product(vectors, self.vectors_)

    def score_shares(self, shares: sp.csr_array, vectors: Vectors, similarities: Scores) -> Scores:
        """What `score` gives for one interest a user, `shares` @ `vectors`, by what items have in common."""
        interests, scores = row_sums(shares, vectors), row_sums(shares, similarities)
        some = np.logical_or.reduce(interests, axis=1)
        if np.count_nonzero(some) == len(some):
            self._divide(scores, interests)
        else:
            interests[~some] = 1
            self._divide(scores, interests)
            scores[~some] = np.nan
        if np.count_nonzero(self.blank_):
            scores[:, self.blank_] = np.nan
        return scores

    def _similarity(self, interests: Vectors) -> Scores:
        return row_product(self._scaled(interests), self.vectors_)


@dataclass
class Cosine(AlongInterest):
    """Items by the cosine of the angle between their vector and the user's nearest interest."""

    name: ClassVar[str] = "cosine"

    def fit(self, training: Training) -> Cosine:
        """Keep the item vectors, each at length one. Raises ComponentError where there are none."""
        super().fit(training)
        self.vectors_ = unit_rows(self.vectors_)
        return self

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The item's direction over the length of the nearest interest: exact, as the length is given."""
        interests = self._interests(query)
        length = np.linalg.norm(interests.astype(np.float64), axis=2, keepdims=True)
        toward = self.vectors_[items].astype(np.float64)[:, None, :] / np.where(length > 0, length, np.inf)
        return _toward(interests, toward)

    def _scaled(self, interests: Vectors) -> Vectors:
        return unit_rows(interests)

    def _divide(self, scores: Scores, interests: Vectors) -> None:
        scores /= lengths(interests)


@dataclass
class Dot(AlongInterest):
    """Items by the inner product of their vector with the user's best interest.

    A longer vector scores higher in the same direction.
    """

    name: ClassVar[str] = "dot"

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The item's own vector, for the best interest."""
        interests = self._interests(query)
        vectors = self.vectors_[items].astype(np.float64)[:, None, :]
        return _toward(interests, np.broadcast_to(vectors, interests.shape))

    def _scaled(self, interests: Vectors) -> Vectors:
        return interests

    def _divide(self, scores: Scores, interests: Vectors) -> None:
        pass


@dataclass
class Euclidean(NearestInterest):
    """Items by the distance of their vector from the user's nearest interest, nearest first."""

    name: ClassVar[str] = "euclidean"

    def _similarity(self, interests: Vectors) -> Scores:
        """The negative distance, so 0 is best."""
        distance = row_product(interests, self.vectors_)
        distance *= -2
        distance += np.einsum("ij,ij->i", self.vectors_, self.vectors_)
        distance += np.einsum("ij,ij->i", interests, interests)[:, None]
        np.maximum(distance, 0, out=distance)
        np.sqrt(distance, out=distance)
        return np.negative(distance, out=distance)


def _toward(interests: Vectors, toward: NDArray[np.float64]) -> Contributions:
    """What the largest product of interests with `toward` (n, k, d) consists of, where it is the score."""
    products = np.einsum("nkd,nkd->nk", interests, toward)
    best = np.zeros(products.shape)
    best[np.arange(len(best)), products.argmax(axis=1)] = 1
    return Contributions(np.zeros(len(interests)), interests=toward * best[:, :, None])
