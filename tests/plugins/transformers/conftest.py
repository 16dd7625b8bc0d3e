"""Tiny models with random weights, made on the spot, and the one real model that a package carries."""

import pytest

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d", "e", "f"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One for all tests: a network is traced once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def offline(monkeypatch, cache):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PALATE_DEVICE", "cpu")
    monkeypatch.setenv("PALATE_CACHE", str(cache))


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory):
    transformers = _library()
    config = transformers.BertConfig(**_size(), max_position_embeddings=16, intermediate_size=16)
    return _saved(tmp_path_factory.mktemp("bert"), transformers.BertModel(config), special=True)


@pytest.fixture(scope="session")
def decoder_folder(tmp_path_factory):
    transformers = _library()
    config = transformers.LlamaConfig(**_size(), num_key_value_heads=2, intermediate_size=16)
    return _saved(tmp_path_factory.mktemp("llama"), transformers.LlamaModel(config), special=False)


def _library():
    pytest.importorskip("torch", reason="the encoder needs torch")
    transformers = pytest.importorskip("transformers", reason="the encoder needs transformers")
    transformers.set_seed(0)
    return transformers


def _size():
    return {"vocab_size": len(WORDS), "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2}


def _saved(folder, model, special):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    if special:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    padding = {"pad_token": "[PAD]"} if special else {}
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", padding_side="left", **padding
    ).save_pretrained(folder)
    model.save_pretrained(folder)
    return folder
