"""Words weighted by how often they occur in a text and in how few others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from palate_bagofwords.bag import BagOfWords
from palate_bagofwords.vocabulary import scaled, unit_rows

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class TfIdf(BagOfWords):
    """TF-IDF vectors of texts, at length one.

    A word's count is multiplied by ln((1 + n) / (1 + texts with the word)) + 1 for n texts. It is fitted
    on the texts of all items, so a changed catalogue changes every vector. Salton and Buckley,
    "Term-weighting approaches in automatic text retrieval", 1988, smoothed as if one more text had
    every word.
    """

    name: ClassVar[str] = "tfidf"

    sublinear: bool = False
    """Whether a word that occurs c times counts 1 + ln c."""

    def _weights(self, counts: sp.csr_array) -> sp.csr_array:
        known = self.vocabulary_
        rarity = np.log((1 + known.n) / (1 + known.texts)) + 1
        often = 1 + np.log(counts.data) if self.sublinear else counts.data
        return unit_rows(scaled(counts, often * rarity[counts.indices]))
