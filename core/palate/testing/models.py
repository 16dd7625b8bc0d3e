"""A very small language model in a folder, and what a finetuner or an objective is given with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.components.text_model import Rows, TextModel
from palate.data import History, Items, Training

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = len(SPECIAL) + len(LETTERS)
WIDTH, POSITIONS = 8, 32
USERS, ITEMS = 60, 24


def text_model(folder: Path, decoder: bool = False) -> TextModel:
    """The model of a folder that reads letters; with `decoder` one that has no mask."""
    mask = None if decoder else SPECIAL.index("[MASK]")
    return TextModel(folder, _tokens, _shares, 0, "mean", POSITIONS, decoder, mask, frozenset({0, 2, 3}))


def write_model(folder: Path) -> None:
    """A BERT of one layer with random weights, always the same (`BertModel` of transformers reads it)."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": VOCABULARY, "hidden_size": WIDTH,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": WIDTH,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "pad_token_id": 0,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join((*SPECIAL, *LETTERS)))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))
    save_file(_weights(), folder / "model.safetensors", metadata={"format": "pt"})


def liking() -> Training:
    """Users who like all but two items of their half, and items whose texts have the letters of their
    half.
    """
    rng = np.random.default_rng(0)
    halves = ("abcdef", "uvwxyz")
    texts = ["".join(rng.permutation(list(halves[item % 2]))[:4]) for item in range(ITEMS)]
    lists = [rng.permutation(np.arange(user % 2, ITEMS, 2))[:-2].tolist() for user in range(USERS)]
    text = pl.Series("text", texts)
    items = Items(pl.DataFrame({"id": range(ITEMS)})).with_text(text)
    users = pl.DataFrame({"id": range(USERS)})
    return replace(Training(History.from_lists(lists, ITEMS), items, users, seed=0), text=text)


def _tokens(texts: Sequence[str]) -> tuple[Rows, NDArray[np.int64]]:
    known = {letter: len(SPECIAL) + at for at, letter in enumerate(LETTERS)}
    rows = [[2, *(known.get(letter, 1) for letter in text[: POSITIONS - 2]), 3] for text in texts]
    return rows, np.zeros(len(texts), np.int64)


def _shares(mask: NDArray[np.int64], skipped: NDArray[np.int64]) -> NDArray[np.float32]:
    shares: NDArray[np.float32] = (mask / mask.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _weights() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    square = {
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
    }  # fmt: skip
    found = {
        "embeddings.word_embeddings.weight": rng.normal(size=(VOCABULARY, WIDTH)),
        "embeddings.position_embeddings.weight": rng.normal(size=(POSITIONS, WIDTH)) * 0.02,
        "embeddings.token_type_embeddings.weight": np.zeros((2, WIDTH)),
        "pooler.dense.weight": np.eye(WIDTH),
        "pooler.dense.bias": np.zeros(WIDTH),
    }
    for name in sorted(square):
        found[f"encoder.layer.0.{name}.weight"] = rng.normal(size=(WIDTH, WIDTH)) * 0.2
        found[f"encoder.layer.0.{name}.bias"] = np.zeros(WIDTH)
    for name in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        found[f"{name}.LayerNorm.weight"], found[f"{name}.LayerNorm.bias"] = np.ones(WIDTH), np.zeros(WIDTH)
    return {name: each.astype(np.float32) for name, each in found.items()}
