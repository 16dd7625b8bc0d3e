"""Feature hashing of words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Le

from palate.components.contracts import Vectors
from palate.data.words import bags


@dataclass
class Hash:
    """Word counts by feature hashing: a word's hash decides its column and sign.

    Texts with common words have similar vectors; there is nothing to fit, load or install. Feature
    hashing with signs: Weinberger et al., "Feature hashing for large scale multitask learning",
    ICML 2009.
    """

    name: ClassVar[str] = "hash"

    dimensions: Annotated[int, Ge(1), Le(65536)] = 256
    """Number of columns. Words that share one cannot be distinguished, so more is more accurate."""

    seed: Annotated[int, Ge(0), Le(2**32 - 1)] = 0
    """Another seed puts the words into other columns."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, dimensions]; a text without words gets zeros."""
        columns: dict[str, int] = {}
        counted = bags(texts, columns, grow=True)
        vectors: Vectors = (counted @ self._hashing(columns)).toarray()
        return vectors

    def _hashing(self, words: Iterable[str]) -> sp.csr_array:
        """A matrix with one entry of 1 or -1 for each word."""
        salt = self.seed.to_bytes(8, "big")
        digests = b"".join(
            hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8, salt=salt).digest()
            for word in words
        )
        numbers = np.frombuffer(digests, np.dtype("<u8"))
        signs = np.where(numbers >> np.uint64(63), 1, -1).astype(np.float32)
        columns = ((numbers << np.uint64(1) >> np.uint64(1)) % np.uint64(self.dimensions)).astype(np.int64)
        shape = (len(numbers), self.dimensions)
        return sp.csr_array((signs, columns, np.arange(len(numbers) + 1)), shape=shape)
