"""Words weighed as search engines do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data.words import bags
from palate_bagofwords.reducing import directions
from palate_bagofwords.vocabulary import Vocabulary, learn, scaled


@dataclass
class BM25:
    """Word counts that saturate, less for long texts, times how rare the word is.

    A word that stands c times in a text of l words that count weighs c (k1 + 1) / (c + k1 (1 - b + b l /
    average l)), times ln(1 + (n - f + 1/2) / (f + 1/2)) for a word in f of n texts. It learns from
    the texts of all items, so that a changed catalogue changes every vector. Robertson and
    Zaragoza, "The probabilistic relevance framework", 2009, with a rarity that is never negative.
    """

    name: ClassVar[str] = "bm25"

    k1: Annotated[float, Ge(0)] = 1.2
    """How much a word gains by standing again; 0: nothing."""

    b: Annotated[float, Ge(0), Le(1)] = 0.75
    """How much a long text is held against its words; 0: not at all."""

    dimensions: Annotated[int, Ge(1)] | None = None
    """Singular value decomposition to so many dimensions; without it every word is one."""

    words: Annotated[int, Ge(1)] = 8192
    """At most so many words count: those that stand in most texts."""

    min_texts: Annotated[int, Ge(1)] = 1
    """Words in fewer texts do not count."""

    max_share: Annotated[float, Gt(0), Le(1)] = 1.0
    """Words in a larger share of the texts do not count."""

    vocabulary_: Vocabulary = field(init=False, repr=False, compare=False)
    directions_: NDArray[np.float32] | None = field(init=False, repr=False, compare=False)

    def fit(self, texts: Iterable[str]) -> BM25:
        """Learn the words, how rare they are, how long texts are, and the directions to reduce to."""
        self.vocabulary_, counted = learn(texts, self.name, self.words, self.min_texts, self.max_share)
        self.directions_ = None
        if self.dimensions:
            self.directions_ = directions(self._weighed(counted), self.dimensions, self.name)
        return self

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, words or dimensions]; a text without a word that counts gets zeros."""
        weights = self._weighed(bags(texts, self.vocabulary_.columns))
        vectors: Vectors = weights.toarray() if self.directions_ is None else weights @ self.directions_
        return vectors

    def _weighed(self, counted: sp.csr_array) -> sp.csr_array:
        known = self.vocabulary_
        rarity = np.log1p((known.n - known.texts + 0.5) / (known.texts + 0.5))
        lengths = np.asarray(counted.sum(axis=1)).ravel()
        rows = np.repeat(np.arange(counted.shape[0]), np.diff(counted.indptr))
        slow = self.k1 * (1 - self.b + self.b * lengths / known.length)
        often = counted.data * (self.k1 + 1) / (counted.data + slow[rows])
        return scaled(counted, often * rarity[counted.indices])
