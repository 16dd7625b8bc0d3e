"""Texts as means of static token vectors, distilled from a language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from palate.components.contracts import Vectors
from palate.digest import files_digest
from palate_static.model import Model, read
from palate_static.model_path import find


@dataclass
class Static:
    """The mean of a text's token vectors, by a static model of model2vec or WordLlama, without torch.

    Hundreds of times faster than a language model and less accurate: the vector of a word does not
    depend on its context. Tulkens and van Dongen, "Model2Vec", 2024; Miller, "WordLlama", 2024.
    Vectors are those of the model; the transform `l2` normalises them.
    """

    name: ClassVar[str] = "static"
    libraries: ClassVar[tuple[str, ...]] = ("tokenizers", "safetensors")
    extra: ClassVar[str] = "static"

    model: str = "wordllama"
    """`wordllama` (the package carries a model of 256 dimensions), a folder with model.safetensors and
    tokenizer.json as model2vec writes it, or a name on the model hub."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d]; a text without a token that the model knows gets zeros.

        Raises ModelNotFound where the model is not found, ComponentError where it cannot be read.
        """
        model = self._loaded
        ids = model.tokens(texts)
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        flat = np.fromiter((token for row in ids for token in row), np.int64, int(lengths.sum()))
        different, columns = np.unique(flat, return_inverse=True)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        shape = (len(ids), len(different))
        counted = sp.csr_array((np.ones(len(flat), np.float32), columns.reshape(-1), ends), shape=shape)
        counted.sum_duplicates()
        vectors: Vectors = counted @ model.vectors(different)
        vectors /= np.maximum(lengths, 1)[:, None]
        return vectors.astype(np.float32, copy=False)

    def identity(self) -> str:
        """A hash of the contents of the model's files."""
        return files_digest(find(self.model))

    def close(self) -> None:
        """Release the memory of the model; the next `encode` loads it again."""
        self.__dict__.pop("_loaded", None)

    @cached_property
    def _loaded(self) -> Model:
        return read(find(self.model))
