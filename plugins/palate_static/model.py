"""A static model, loaded from its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate_static.model_path import Files

EMBEDDINGS = ("embeddings", "embedding.weight")
"""What model2vec and WordLlama call the matrix of token vectors."""


@dataclass(frozen=True)
class Model:
    """A tokenizer and the vector of each token.

    `rows` gives the row of each token where several share one, `weights` a factor for each token
    (both model2vec's); `unknown` is the token of what the tokenizer does not know, which is left out.
    """

    tokenizer: Any
    embeddings: NDArray[np.floating]
    rows: NDArray[np.integer] | None
    weights: NDArray[np.floating] | None
    unknown: int | None

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token numbers of each text, without special and unknown ones."""
        encoded = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        if self.unknown is None:
            return [one.ids for one in encoded]
        return [[token for token in one.ids if token != self.unknown] for one in encoded]

    def vectors(self, tokens: NDArray[np.int64]) -> Vectors:
        """float32[n, d]: the vector of each token."""
        found = self.embeddings[tokens if self.rows is None else self.rows[tokens]].astype(np.float32)
        if self.weights is not None:
            found *= self.weights[tokens].astype(np.float32)[:, None]
        return found


def read(files: Files) -> Model:
    """The model. Raises ComponentError where the files are invalid, or hold NaN."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    try:
        tensors = load_file(files.weights)
        tokenizer = Tokenizer.from_file(str(files.tokenizer))
    except Exception as error:  # the libraries have their own errors for what is wrong with a file
        said = str(error).strip().split("\n")[0]
        raise ComponentError(
            f"encoder 'static': the model in {files.weights} cannot be loaded: {said}"
        ) from error
    names = [name for name in EMBEDDINGS if name in tensors]
    if not names or tensors[names[0]].ndim != 2:
        raise ComponentError(
            f"encoder 'static': {files.weights} holds no static model: none of its tensors is called "
            f"{' or '.join(EMBEDDINGS)}; there are {', '.join(sorted(tensors)[:5])}"
        )
    embeddings = tensors[names[0]]
    if not np.isfinite(embeddings).all():
        raise ComponentError(
            f"encoder 'static': {files.weights} has token vectors with NaN or infinite numbers"
        )
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = Model(tokenizer, embeddings, tensors.get("mapping"), tensors.get("weights"), _unknown(tokenizer))
    _check_size(model, files)
    return model


def _check_size(model: Model, files: Files) -> None:
    known = len(model.embeddings if model.rows is None else model.rows)
    if model.tokenizer.get_vocab_size() > known:
        raise ComponentError(
            f"encoder 'static': {files.tokenizer} knows {model.tokenizer.get_vocab_size():,} tokens, and "
            f"{files.weights} has vectors for {known:,}; they do not belong together"
        )


def _unknown(tokenizer: Any) -> int | None:
    """The id of the tokenizer's token for unknown text, if it has one."""
    described = json.loads(tokenizer.to_str())["model"]
    name = described.get("unk_token")
    if name is not None:
        found: int | None = tokenizer.token_to_id(name)
        return found
    number: int | None = described.get("unk_id")
    return number
