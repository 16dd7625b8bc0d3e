"""What the encoders that count words have in common: which words count, and how many dimensions are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_bagofwords.vocabulary import Vocabulary, learn

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class BagOfWords(ABC):
    """Texts as the weighted counts of their words; a kind of weighting is a subclass."""

    name: ClassVar[str]

    dimensions: Annotated[int, Ge(1)] | None = None
    """Dimensions to reduce to by singular value decomposition; without it each word is one."""

    words: Annotated[int, Ge(1)] = 8192
    """How many words count at most: those found in most texts."""

    min_texts: Annotated[int, Ge(1)] = 1
    """Words in fewer texts do not count."""

    max_share: Annotated[float, Gt(0), Le(1)] = 1.0
    """Words in a larger share of the texts do not count."""

    vocabulary_: Vocabulary = field(init=False, repr=False, compare=False)
    directions_: NDArray[np.float32] | None = field(init=False, repr=False, compare=False)

    @abstractmethod
    def _weights(self, counts: sp.csr_array) -> sp.csr_array:
        """Sparse float32[n, words]: the weight of each count, from the fitted vocabulary."""

    def fit(self, texts: Iterable[str]) -> Self:
        """Learn the words, their document frequencies, and the directions to reduce to."""
        from palate_bagofwords.svd import directions

        self.vocabulary_, counts = learn(texts, self.name, self.words, self.min_texts, self.max_share)
        self.directions_ = None
        if self.dimensions:
            self.directions_ = directions(self._weights(counts), self.dimensions, self.name)
        return self

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, words or dimensions]; a text without a word that counts gets zeros."""
        from palate.data.words import bags

        weights = self._weights(bags(texts, self.vocabulary_.columns))
        vectors: Vectors = weights.toarray() if self.directions_ is None else weights @ self.directions_
        return vectors
