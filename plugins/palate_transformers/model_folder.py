"""The properties of a model by its files, read without torch or transformers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from palate.digest import file_digest
from palate.errors import ComponentError
from palate_transformers import gguf

Pooling = Literal["mean", "cls", "last", "weighted-mean"]

TOKENIZERS = (
    "tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
)  # fmt: skip
DECODERS = (
    "gpt", "llama", "mistral", "mixtral", "ministral", "qwen", "gemma", "phi", "opt", "bloom", "falcon",
    "smollm", "olmo", "mpt", "stablelm", "granite", "cohere", "deepseek", "starcoder", "codegen",
)  # fmt: skip
FROM_PADDING = ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "mpnet", "longformer")
"""Model types that number positions from the padding's number on, so that two of them are lost."""

_MODES: dict[str, Pooling] = {
    "cls_token": "cls",
    "mean_tokens": "mean",
    "weightedmean_tokens": "weighted-mean",
    "lasttoken": "last",
    "cls": "cls",
    "mean": "mean",
    "weightedmean": "weighted-mean",
}
_UNBOUNDED = 10**6  # tokenizers that know no limit give a very large number


GGUF = ".gguf"


def missing_parts(folder: Path) -> str:
    """What a folder (or a GGUF file) has not but a model needs; empty if it is complete."""
    if folder.suffix == GGUF:
        return "" if folder.is_file() else "not there"
    if not folder.is_dir():
        return "not there"
    if not (folder / "config.json").is_file():
        return f"{folder} has no config.json"
    if not any((folder / name).is_file() for name in TOKENIZERS):
        return f"{folder} has a model but no tokenizer (none of {', '.join(TOKENIZERS)})"
    if not any(folder.glob("*.safetensors")):
        return f"{folder} has no weights (*.safetensors)"
    return ""


@dataclass(frozen=True)
class ModelFolder:
    """A folder with a model's config, tokenizer and weights, or a GGUF file with all three."""

    path: Path

    @cached_property
    def config(self) -> dict[str, Any]:
        return gguf.config(self.path) if self.is_gguf else self._json("config.json")

    @property
    def is_gguf(self) -> bool:
        return self.path.suffix == GGUF

    @cached_property
    def readable(self) -> Path:
        """A folder that transformers reads quickly: the folder itself, or a GGUF file unpacked."""
        return gguf.unpacked(self.path, self.digest) if self.is_gguf else self.path

    @property
    def is_decoder(self) -> bool:
        """Whether each token attends only to those before it."""
        if self.config.get("is_encoder_decoder"):
            return False
        kinds = self.config.get("architectures") or [""]
        causal = kinds[0].endswith(("ForCausalLM", "LMHeadModel"))
        return causal or str(self.config.get("model_type", "")).startswith(DECODERS)

    @property
    def digest(self) -> str:
        """A hash of the contents of config, tokenizer and weights."""
        if self.is_gguf:
            return file_digest(self.path)
        hashed = hashlib.blake2b(digest_size=16)
        for file in sorted(self.path.iterdir()):
            if file.suffix in (".json", ".txt", ".model", ".safetensors"):
                hashed.update(f"{file.name}\0{file_digest(file)}\0".encode())
        return hashed.hexdigest()

    def pooling(self, requested: str) -> Pooling:
        """`requested`, or for `auto` what the model was trained with.

        Its sentence-transformers files define it; without them the last token of a decoder
        and the mean of anything else. Raises ComponentError where the model does not support it.
        """
        if requested == "auto":
            return self._trained_pooling() or ("last" if self.is_decoder else "mean")
        if requested == "cls" and self.is_decoder:
            raise ComponentError(
                f"encoder 'transformers': pooling 'cls' takes the first token, which in a decoder such as "
                f"{self.path.name!r} has seen nothing of the text; use last, weighted-mean or mean"
            )
        return requested  # type: ignore[return-value]

    def max_length(self, requested: int | None) -> int | None:
        """The most tokens of a text that the model is given, special ones included; None for no limit.

        Without `requested` the model's files define it. Raises ComponentError for more than the model
        has positions.
        """
        positions = self._positions()
        if requested is not None:
            if positions is not None and requested > positions:
                raise ComponentError(
                    f"encoder 'transformers': max_length must be at most {positions}, the positions of "
                    f"{self.path.name!r}; got {requested}"
                )
            return requested
        trained = self._json("sentence_bert_config.json").get("max_seq_length")
        tokenizer = self._json("tokenizer_config.json").get("model_max_length")
        said = [limit for limit in (trained or tokenizer, positions) if limit and limit < _UNBOUNDED]
        return int(min(said)) if said else None

    def _positions(self) -> int | None:
        positions = self.config.get("max_position_embeddings") or self.config.get("n_positions")
        if not positions:
            return None
        return int(positions) - 2 if self.config.get("model_type") in FROM_PADDING else int(positions)

    def _trained_pooling(self) -> Pooling | None:
        said = self._json("1_Pooling/config.json")
        if not said:
            return None
        mode = said.get("pooling_mode")
        modes = [mode] if isinstance(mode, str) else [
            key.removeprefix("pooling_mode_") for key, on in said.items() if on is True and "_mode_" in key
        ]  # fmt: skip
        if len(modes) == 1 and modes[0] in _MODES:
            return _MODES[modes[0]]
        raise ComponentError(
            f"encoder 'transformers': {self.path.name!r} was trained with the pooling {modes}, which palate "
            f"does not have; set pooling to one of {', '.join(sorted(set(_MODES.values())))}"
        )

    def _json(self, name: str) -> dict[str, Any]:
        file = self.path / name
        if self.is_gguf or not file.is_file():
            return {}
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ComponentError(f"{file} is not JSON: {error}") from None
        return read if isinstance(read, dict) else {}
