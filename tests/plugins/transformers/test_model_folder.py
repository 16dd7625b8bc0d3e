import json

import pytest

from palate.errors import ComponentError
from palate_transformers.model_folder import ModelFolder


@pytest.fixture
def folder(tmp_path):
    def make(config=None, **files):
        for name, value in {"config.json": config or {}, **files}.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(json.dumps(value))
        return ModelFolder(tmp_path)

    return make


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"model_type": "bert", "architectures": ["BertModel"]}, "mean"),
        ({"model_type": "new", "architectures": ["NewForCausalLM"]}, "last"),
        ({"model_type": "qwen2", "architectures": ["Qwen2Model"]}, "last"),
        ({"model_type": "t5", "is_encoder_decoder": True}, "mean"),
    ],
)
def test_without_a_word_on_pooling_decoders_give_the_last_token(folder, config, pooling):
    assert folder(config).pooling("auto") == pooling


@pytest.mark.parametrize(
    ("said", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_lasttoken": True, "include_prompt": True}, "last"),
        ({"pooling_mode_weightedmean_tokens": True}, "weighted-mean"),
        ({"pooling_mode": "mean"}, "mean"),
    ],
)
def test_what_the_model_was_trained_with_wins(folder, said, pooling):
    model = folder({"architectures": ["NewForCausalLM"]}, **{"1_Pooling/config.json": said})
    assert model.pooling("auto") == pooling


def test_a_pooling_that_palate_does_not_have_is_named(folder):
    said = {"pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": True}
    model = folder(**{"1_Pooling/config.json": said})
    with pytest.raises(ComponentError, match=r"\['max_tokens', 'mean_tokens'\].* set pooling to one of"):
        model.pooling("auto")
    assert model.pooling("mean") == "mean"


def test_the_shortest_limit_that_the_files_name_counts(folder):
    files = {"sentence_bert_config.json": {"max_seq_length": 256}, "tokenizer_config.json": {}}
    assert folder({"max_position_embeddings": 512}, **files).max_length(None) == 256
    files["sentence_bert_config.json"] = {}
    assert folder({"max_position_embeddings": 512}, **files).max_length(None) == 512


def test_a_tokenizers_very_large_number_is_no_limit(folder):
    assert folder({}, **{"tokenizer_config.json": {"model_max_length": int(1e30)}}).max_length(None) is None


def test_roberta_loses_two_positions_to_padding(folder):
    model = folder({"model_type": "roberta", "max_position_embeddings": 514})
    assert model.max_length(None) == 512
    with pytest.raises(ComponentError, match="at most 512"):
        model.max_length(513)


def test_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ComponentError, match=r"config\.json is not JSON"):
        ModelFolder(tmp_path).pooling("auto")
