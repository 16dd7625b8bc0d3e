"""A made catalogue whose words mean nothing, users who like by hidden groups of words, and tiny models."""

import os

import numpy as np
import polars as pl
import pytest

from palate.data import History, Items, Training
from palate.registry import installed

GROUPS, WORDS, ITEMS, USERS = 3, 4, 48, 60
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ";"]
VOCABULARY = [f"w{group}{word}" for group in range(GROUPS) for word in range(WORDS)]


@pytest.fixture(autouse=True)
def offline(monkeypatch, one_thread):
    monkeypatch.setenv("PALATE_DEVICE", "cpu")


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """`bert` and `llama`: folders with tiny models of random weights."""
    pytest.importorskip("peft", reason="the finetuner needs torch, transformers and peft")
    import transformers

    transformers.set_seed(0)
    size = {"vocab_size": len(SPECIAL + VOCABULARY), "hidden_size": 16, "intermediate_size": 32}
    size |= {"num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 64}
    bert = transformers.BertModel(transformers.BertConfig(**size))
    llama = transformers.LlamaModel(transformers.LlamaConfig(**size, tie_word_embeddings=True))
    root = tmp_path_factory.mktemp("models")
    return {"bert": _saved(root / "bert", bert, True), "llama": _saved(root / "llama", llama, False)}


def _saved(folder, model, encoder):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = {word: at for at, word in enumerate(SPECIAL + VOCABULARY)}
    tokenizer = Tokenizer(models.WordLevel(words, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {"unk_token": "[UNK]", "pad_token": "[PAD]"}
    if encoder:
        names |= {"mask_token": "[MASK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def planted():
    """Users of one group each like items of its words: history, texts, the group of each item and user."""
    rng = np.random.default_rng(0)
    group = np.arange(ITEMS) % GROUPS
    texts = [" ".join(rng.permutation(WORDS)[:2].astype(str)) for _ in group]
    texts = [" ".join(f"w{of}{word}" for word in text.split()) for of, text in zip(group, texts, strict=True)]
    own = np.arange(USERS) % GROUPS
    liked = [rng.permutation(np.flatnonzero(group == of))[:8] for of in own]
    indptr = np.arange(USERS + 1, dtype=np.int64) * 8
    return History(indptr, np.concatenate(liked).astype(np.int32), ITEMS), texts, group, own


@pytest.fixture
def training(planted):
    history, texts, *_ = planted
    text = pl.Series("text", texts)
    items = Items(pl.DataFrame({"id": list(range(ITEMS))})).with_text(text)
    return Training(history, items, pl.DataFrame({"id": list(range(USERS))}), seed=1, text=text)


@pytest.fixture
def encoder(models):
    return encoder_of(models["bert"])


def encoder_of(folder):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    options = {"model": str(folder), "backend": "torch", "dtype": "float32", "pooling": "mean"}
    return installed().find("encoder", "transformers").make(options)
