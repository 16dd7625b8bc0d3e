"""Texts to vectors with a language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.components.text_model import Rows, TextModel
from palate.errors import ComponentError
from palate_transformers.eight_bits import quantizer
from palate_transformers.hardware import device, settled, settled_backend
from palate_transformers.loading import Model, load
from palate_transformers.model_folder import ModelFolder, Pooling
from palate_transformers.model_path import find
from palate_transformers.pooling import pooling_weights
from palate_transformers.tokens import Reading
from palate_transformers.torch_network import read_tokenizer

ON_PROCESSOR, ELSEWHERE = 2048, 16384  # tokens in a batch


@dataclass
class Transformers:
    """Vectors from the last layer of a language model, encoder or decoder, that transformers reads.

    The vectors of a text's tokens are pooled into one. What sentence-transformers may add behind
    the pooling, dense layers and normalising, is left out: the transform `l2` normalises. Code that
    comes with a model is never run. The device is set by PALATE_DEVICE: auto, cpu, cuda or mps.
    """

    name: ClassVar[str] = "transformers"
    libraries: ClassVar[tuple[str, ...]] = ("torch", "transformers")
    extra: ClassVar[str] = "llm"
    only_speed: ClassVar[frozenset[str]] = frozenset({"batch_tokens"})
    """Options that do not change vectors, so that those already kept can be used again."""

    model: str = "all-MiniLM-L6-v2"
    """A folder, a GGUF file, `package:NAME/folder/within`, or a name on the model hub."""

    pooling: Literal["auto", "mean", "cls", "last", "weighted-mean"] = "auto"
    """`auto`: as the model was trained; if its files do not say, `last` for decoders, else `mean`."""

    prompt: str = "{text}"
    """What the model is given; `{text}` stands for the text, as in `query: {text}`, or for a decoder
    with the pooling `last` `"{text}" means in one word: "` (Jiang et al., "Scaling sentence embeddings
    with large language models", 2024)."""

    echo: bool = False
    """Whether a decoder reads the text twice, and only the second reading counts."""

    max_length: Annotated[int, Ge(1)] | None = None
    """Tokens after which a text is cut, prompt and echo included; without it, what the model was
    made for."""

    dtype: Literal["auto", "float32", "bfloat16", "float16", "int8"] = "auto"
    """`auto`: bfloat16 where the machine is quick in it and the model loses nothing by it. `int8`: eight
    bits on the processor, refused where that turns vectors too far (`palate[int8]`)."""

    backend: Literal["auto", "torch", "openvino"] = "auto"
    """What computes. `auto`: OpenVINO where it is installed and the device is the processor."""

    batch_tokens: Annotated[int, Ge(1)] | None = None
    """Tokens that are computed at once, padding included; halved where memory runs out. Without it,
    2,048 on the processor, whose caches are soon full, and 16,384 elsewhere."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32[n, d]; row i belongs to texts[i], whatever the others are, but for rounding.

        Raises ModelNotFound, or ComponentError where the model cannot be loaded, does not go with
        the options, or gives vectors that are not finite.
        """
        self._check()
        usual = ON_PROCESSOR if device() == "cpu" else ELSEWHERE
        vectors = self._loaded.vectors(texts, self.batch_tokens or usual)
        wrong = int(np.count_nonzero(~np.isfinite(vectors).all(axis=1)))
        if wrong:
            raise ComponentError(
                f"encoder 'transformers': model {self.model!r} gave vectors with NaN or infinite numbers for "
                f"{wrong} of {len(texts)} texts; "
                + (
                    "its weights are damaged"
                    if self.dtype == "float32"
                    else f"set dtype to float32 (it is {self.dtype})"
                )
            )
        return vectors

    def identity(self) -> str:
        """The contents of the model's files, and what `auto` and None have come to. Imports no torch."""
        self._check()
        folder = self._folder
        return json.dumps(
            {
                "model": folder.digest,
                "pooling": self._pooling(folder),
                "max_length": folder.max_length(self.max_length),
                "dtype": f"int8 by nncf {quantizer()}" if self.dtype == "int8" else settled(self.dtype),
                "backend": settled_backend(self.backend, self.dtype),
            },
            sort_keys=True,
        )

    def remarks(self) -> dict[str, str]:
        """How many of the texts encoded since the last call were cut, and whether torch stood in."""
        model = self.__dict__.get("_loaded")
        if model is None:
            return {}
        read, cut = model.tally.read, model.tally.cut
        model.tally.read = model.tally.cut = 0
        said = {"backend": model.remark} if model.remark else {}
        if cut:
            said["cut"] = (
                f"{cut:,} of {read:,} texts ({cut / read:.1%}) are longer than {model.reading.max_length} "
                "tokens and were cut"
            )
        return said

    def close(self) -> None:
        """Let the model go from memory; the next `encode` loads it again."""
        self.__dict__.pop("_loaded", None)

    def text_model(self) -> TextModel:
        """The model as this encoder reads with it, for a finetuner. Raises as `encode`."""
        self._check()
        folder = self._folder
        pooling, longest = self._pooling(folder), folder.max_length(self.max_length)
        tokenizer = read_tokenizer(folder)
        reading = Reading(tokenizer, self.prompt, self.echo, longest)

        def tokens(texts: Sequence[str]) -> tuple[Rows, NDArray[np.int64]]:
            found = reading.tokens(texts)
            return found.rows, found.skipped

        return TextModel(
            folder.readable,
            tokens,
            lambda mask, skipped: pooling_weights(mask, skipped, pooling),
            reading.padding,
            pooling,
            longest,
            folder.is_decoder,
            None if folder.is_decoder else tokenizer.mask_token_id,
            frozenset(tokenizer.all_special_ids),
        )

    def with_model(self, folder: Path) -> Transformers:
        """The same encoder with the model in this folder."""
        return replace(self, model=str(folder))

    @property
    def _folder(self) -> ModelFolder:
        return ModelFolder(find(self.model))

    @cached_property
    def _loaded(self) -> Model:
        folder = self._folder
        longest = folder.max_length(self.max_length)
        return load(
            folder,
            lambda tokenizer: Reading(tokenizer, self.prompt, self.echo, longest),
            self.dtype,
            self.backend if settled_backend(self.backend, self.dtype) == "openvino" else "torch",
            self._pooling(folder),
        )

    def _pooling(self, folder: ModelFolder) -> Pooling:
        if self.echo and not folder.is_decoder:
            raise ComponentError(
                f"encoder 'transformers': echo is for decoders, whose first tokens have not seen the rest; "
                f"every token of {folder.path.name!r} has. Leave it out"
            )
        return folder.pooling(self.pooling)

    def _check(self) -> None:
        if self.dtype == "int8":
            quantizer()
        if "{text}" not in self.prompt:
            raise ComponentError(
                f"encoder 'transformers': the prompt must say where the text goes, as in 'query: {{text}}'; "
                f"got {self.prompt!r}"
            )
