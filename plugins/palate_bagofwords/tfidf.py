"""Words by how often they stand in a text and in how few others."""

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
from palate_bagofwords.vocabulary import Vocabulary, learn, scaled, unit_rows


@dataclass
class TfIdf:
    """Word counts times ln((1 + n) / (1 + texts with the word)) + 1, at length one.

    It learns from the texts of all items, so that a changed catalogue changes every vector. Salton
    and Buckley, "Term-weighting approaches in automatic text retrieval", 1988, smoothed as if one
    more text had every word.
    """

    name: ClassVar[str] = "tfidf"

    dimensions: Annotated[int, Ge(1)] | None = None
    """Singular value decomposition to so many dimensions; without it every word is one."""

    words: Annotated[int, Ge(1)] = 8192
    """At most so many words count: those that stand in most texts."""

    min_texts: Annotated[int, Ge(1)] = 1
    """Words in fewer texts do not count."""

    max_share: Annotated[float, Gt(0), Le(1)] = 1.0
    """Words in a larger share of the texts do not count."""

    sublinear: bool = False
    """Whether a word that stands c times counts 1 + ln c."""

    vocabulary_: Vocabulary = field(init=False, repr=False, compare=False)
    directions_: NDArray[np.float32] | None = field(init=False, repr=False, compare=False)

    def fit(self, texts: Iterable[str]) -> TfIdf:
        """Learn the words, how rare they are, and the directions to reduce to."""
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
        rarity = np.log((1 + known.n) / (1 + known.texts)) + 1
        often = 1 + np.log(counted.data) if self.sublinear else counted.data
        return unit_rows(scaled(counted, often * rarity[counted.indices]))
