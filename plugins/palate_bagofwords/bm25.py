"""Words weighted as search engines weight them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from palate.arrays.rows import entry_rows
from palate_bagofwords.bag import BagOfWords
from palate_bagofwords.vocabulary import scaled

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class BM25(BagOfWords):
    """BM25 vectors of texts: saturating word counts times inverse document frequency.

    A word that occurs c times in a text of l words that count weighs c (k1 + 1) / (c + k1 (1 - b + b l /
    average l)), times ln(1 + (n - f + 1/2) / (f + 1/2)) for a word in f of n texts. It is fitted on the
    texts of all items, so a changed catalogue changes every vector. Robertson and Zaragoza, "The
    probabilistic relevance framework", 2009, with an inverse document frequency that is never negative.
    """

    name: ClassVar[str] = "bm25"

    k1: Annotated[float, Ge(0)] = 1.2
    """How much a word gains by occurring again; 0: nothing."""

    b: Annotated[float, Ge(0), Le(1)] = 0.75
    """How much the length of a text lowers the weight of its words; 0: not at all."""

    def _weights(self, counts: sp.csr_array) -> sp.csr_array:
        known = self.vocabulary_
        rarity = np.log1p((known.n - known.texts + 0.5) / (known.texts + 0.5))
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        rows = entry_rows(counts)
        slow = self.k1 * (1 - self.b + self.b * lengths / known.length)
        often = counts.data * (self.k1 + 1) / (counts.data + slow[rows])
        return scaled(counts, often * rarity[counts.indices])
