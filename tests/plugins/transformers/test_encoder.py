import importlib.util
import json
import shutil
import sys

import numpy as np
import pytest

from palate.errors import ComponentError, MissingLibrary, ModelNotFound
from palate_transformers.encoder import Transformers

torch = pytest.importorskip("torch", reason="the encoder needs torch")
transformers = pytest.importorskip("transformers", reason="the encoder needs transformers")

BACKENDS = ["torch"] + ["openvino"] * (importlib.util.find_spec("openvino") is not None)
TEXTS = ["a", "b c d e f a b", "", "c d", "a b c", "f"]


def token_vectors(folder, text):
    """The last layer for one text alone, float32[t, d]."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    network = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        given = tokenizer(text, return_tensors="pt")["input_ids"]
        return network(input_ids=given).last_hidden_state[0].numpy()


POOLED = {
    "mean": lambda rows: rows.mean(axis=0),
    "cls": lambda rows: rows[0],
    "last": lambda rows: rows[-1],
    "weighted-mean": lambda rows: np.average(rows, axis=0, weights=np.arange(1, len(rows) + 1)),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("pooling", list(POOLED))
def test_an_encoder_in_batches_gives_what_each_text_gives_alone(bert_folder, pooling, backend):
    encoder = Transformers(
        model=str(bert_folder), pooling=pooling, dtype="float32", batch_tokens=12, backend=backend
    )
    vectors = encoder.encode(TEXTS)
    wanted = [POOLED[pooling](token_vectors(bert_folder, text)) for text in TEXTS]
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("pooling", ["mean", "last", "weighted-mean"])
def test_a_decoder_whose_tokenizer_pads_on_the_left_or_not_at_all_is_pooled_right(
    decoder_folder, pooling, backend
):
    texts = [text for text in TEXTS if text]
    encoder = Transformers(
        model=str(decoder_folder), pooling=pooling, dtype="float32", batch_tokens=12, backend=backend
    )
    wanted = [POOLED[pooling](token_vectors(decoder_folder, text)) for text in texts]
    np.testing.assert_allclose(encoder.encode(texts), wanted, atol=1e-5)


def test_the_last_token_is_taken_from_a_decoder_when_its_files_say_nothing(decoder_folder):
    auto, last = (Transformers(model=str(decoder_folder), pooling=kind) for kind in ("auto", "last"))
    assert np.array_equal(auto.encode(["a b"]), last.encode(["a b"]))


def test_a_text_without_tokens_gets_zeros(decoder_folder):
    vectors = Transformers(model=str(decoder_folder)).encode(["", "a"])
    assert not vectors[0].any()
    assert vectors[1].any()


def test_no_texts_give_no_rows_of_the_right_width(bert_folder):
    assert Transformers(model=str(bert_folder)).encode([]).shape == (0, 8)


def test_the_prompt_goes_around_the_text(bert_folder):
    plain = Transformers(model=str(bert_folder), dtype="float32")
    prompted = Transformers(model=str(bert_folder), dtype="float32", prompt="a {text} c")
    np.testing.assert_allclose(prompted.encode(["b"]), plain.encode(["a b c"]), atol=1e-6)


def test_a_prompt_without_a_place_for_the_text_is_refused(bert_folder):
    with pytest.raises(ComponentError, match=r"as in 'query: \{text\}'; got 'query: '"):
        Transformers(model=str(bert_folder), prompt="query: ").encode(["a"])


def test_long_texts_are_cut_at_max_length_and_else_at_the_models_positions(bert_folder):
    cut = Transformers(model=str(bert_folder), dtype="float32", max_length=4)
    np.testing.assert_allclose(cut.encode(["a b c d e"]), cut.encode(["a b"]), atol=1e-6)
    whole = Transformers(model=str(bert_folder), dtype="float32")
    np.testing.assert_allclose(whole.encode(["a " * 50]), whole.encode(["a " * 14]), atol=1e-6)


def test_more_tokens_than_positions_are_refused(bert_folder):
    with pytest.raises(ComponentError, match="max_length must be at most 16"):
        Transformers(model=str(bert_folder), max_length=17).encode(["a"])


def test_the_first_token_of_a_decoder_is_refused(decoder_folder):
    with pytest.raises(ComponentError, match="has seen nothing of the text; use last"):
        Transformers(model=str(decoder_folder), pooling="cls").encode(["a"])


def test_a_folder_without_a_tokenizer_is_named(bert_folder, tmp_path):
    for file in bert_folder.iterdir():
        if not file.name.startswith("tokenizer"):
            shutil.copy(file, tmp_path)
    with pytest.raises(ModelNotFound, match="has a model but no tokenizer"):
        Transformers(model=str(tmp_path)).encode(["a"])


def damaged(folder, copy, change):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, copy, dirs_exist_ok=True)
    weights = load_file(copy / "model.safetensors")
    change(weights)
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    return str(copy)


def test_vectors_that_are_not_finite_are_refused(bert_folder, tmp_path):
    def spoil(weights):
        weights["embeddings.word_embeddings.weight"][4] = float("nan")

    encoder = Transformers(model=damaged(bert_folder, tmp_path, spoil), dtype="float32")
    with pytest.raises(ComponentError, match=r"NaN or infinite numbers for 1 of 2 texts; its weights"):
        encoder.encode(["a", "b"])


def test_incomplete_weights_are_refused_instead_of_made_up(bert_folder, tmp_path):
    def drop(weights):
        del weights["encoder.layer.1.output.dense.weight"]

    with pytest.raises(ComponentError, match=r"are missing 1 parts of the model, such as encoder\.layer\.1"):
        Transformers(model=damaged(bert_folder, tmp_path, drop)).encode(["a"])


def test_weights_that_cannot_be_read_are_refused_in_one_line(bert_folder, tmp_path):
    shutil.copytree(bert_folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ComponentError, match="cannot be loaded: ") as error:
        Transformers(model=str(tmp_path)).encode(["a"])
    assert "\n" not in str(error.value)


def test_a_device_that_is_not_there_is_refused(bert_folder, monkeypatch):
    monkeypatch.setenv("PALATE_DEVICE", "tpu")
    with pytest.raises(ComponentError, match="PALATE_DEVICE must be auto, cpu"):
        Transformers(model=str(bert_folder)).encode(["a"])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("PALATE_DEVICE", "cuda")
    with pytest.raises(ComponentError, match="PALATE_DEVICE is cuda, but torch finds only cpu"):
        Transformers(model=str(bert_folder)).encode(["a"])


def test_the_model_is_loaded_once_and_again_after_close(bert_folder):
    encoder = Transformers(model=str(bert_folder))
    encoder.encode(["a"])
    first = encoder._loaded
    encoder.encode(["b"])
    assert encoder._loaded is first
    encoder.close()
    encoder.close()
    encoder.encode(["a"])
    assert encoder._loaded is not first


def test_nothing_is_printed_and_the_libraries_are_left_as_they_were(bert_folder, capfd):
    from huggingface_hub import utils as hub
    from transformers.utils import logging

    before = logging.get_verbosity(), logging.is_progress_bar_enabled(), hub.are_progress_bars_disabled()
    Transformers(model=str(bert_folder)).encode(["a"])
    assert capfd.readouterr() == ("", "")
    after = logging.get_verbosity(), logging.is_progress_bar_enabled(), hub.are_progress_bars_disabled()
    assert after == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_bfloat16_that_turns_the_vectors_is_given_up_for_float32(bert_folder, monkeypatch, backend):
    from palate_transformers import loading

    monkeypatch.setattr(loading, "settled", lambda asked: "bfloat16" if asked == "auto" else asked)
    monkeypatch.setattr(loading, "computes_bfloat16", lambda where: True)
    exact = Transformers(model=str(bert_folder), dtype="float32", backend=backend).encode(TEXTS)
    quick = Transformers(model=str(bert_folder), dtype="auto", backend=backend)
    vectors = quick.encode(TEXTS)
    assert not np.array_equal(vectors, exact)
    np.testing.assert_allclose(vectors, exact, atol=0.1)
    monkeypatch.setattr(loading, "TRUE_ENOUGH", 1.1)
    careful = Transformers(model=str(bert_folder), dtype="auto", backend=backend)
    assert np.array_equal(careful.encode(TEXTS), exact)


def test_identity_follows_the_contents_and_what_the_options_come_to(bert_folder, tmp_path):
    def identity(**options):
        return json.loads(
            Transformers(**{"model": str(bert_folder), "dtype": "float32", **options}).identity()
        )

    first = identity()
    assert first == identity(pooling="mean", max_length=16)
    assert first["pooling"] == "mean"
    assert first["max_length"] == 16
    assert first != identity(pooling="cls")
    assert first != identity(dtype="float16")
    shutil.copytree(bert_folder, tmp_path / "copy")
    assert identity(model=str(tmp_path / "copy")) == first

    def change(weights):
        weights["embeddings.word_embeddings.weight"][4] += 1

    assert identity(model=damaged(bert_folder, tmp_path / "other", change))["model"] != first["model"]


def test_identity_imports_no_heavy_library(bert_folder):
    import subprocess

    script = (
        "import sys; from palate_transformers.encoder import Transformers; "
        f"Transformers(model={str(bert_folder)!r}).identity(); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'huggingface_hub')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_echo_is_for_decoders_only(bert_folder, decoder_folder):
    with pytest.raises(ComponentError, match="echo is for decoders"):
        Transformers(model=str(bert_folder), echo=True).encode(["a"])
    echoed = Transformers(model=str(decoder_folder), dtype="float32", pooling="mean", echo=True)
    wanted = token_vectors(decoder_folder, "a b a b")[2:].mean(axis=0)
    np.testing.assert_allclose(echoed.encode(["a b"])[0], wanted, atol=1e-5)


def test_the_share_of_texts_that_were_cut_is_remarked_once(bert_folder):
    encoder = Transformers(model=str(bert_folder), max_length=5)
    assert encoder.remarks() == {}
    encoder.encode(["a", "a b c d", "b"])
    encoder.encode(["c d e f a"])
    assert encoder.remarks() == {"cut": "2 of 4 texts (50.0%) are longer than 5 tokens and were cut"}
    assert encoder.remarks() == {}


def test_a_text_of_100000_characters_is_cut_like_any_other(bert_folder):
    encoder = Transformers(model=str(bert_folder), dtype="float32")
    np.testing.assert_allclose(encoder.encode(["a b " * 25_000]), encoder.encode(["a b " * 10]), atol=1e-6)


def test_the_backend_is_part_of_the_identity(bert_folder, monkeypatch):
    from palate_transformers import hardware

    def backend(there, **options):
        monkeypatch.setattr(hardware.importlib.util, "find_spec", lambda name: object() if there else None)
        return json.loads(Transformers(model=str(bert_folder), **options).identity())["backend"]

    assert backend(True) == "openvino"
    assert backend(False) == "torch"
    assert backend(True, backend="torch") == "torch"
    assert backend(True, dtype="float16") == "torch"
    with pytest.raises(MissingLibrary, match=r'"palate\[openvino\]"'):
        backend(False, backend="openvino")
    with pytest.raises(ComponentError, match="in float32, bfloat16 or int8; got dtype float16"):
        backend(True, backend="openvino", dtype="float16")
    monkeypatch.setenv("PALATE_DEVICE", "cuda")
    assert backend(True) == "torch"


@pytest.mark.skipif(len(BACKENDS) == 1, reason="needs openvino")
def test_a_network_that_cannot_be_compiled_is_left_to_torch_and_that_is_remembered(
    bert_folder, tmp_path, monkeypatch
):
    import openvino

    tries = []

    def broken(*given, **options):
        tries.append(given)
        raise RuntimeError("no such operation")

    monkeypatch.setenv("PALATE_CACHE", str(tmp_path))
    monkeypatch.setattr(openvino, "convert_model", broken)
    exact = Transformers(model=str(bert_folder), dtype="float32", backend="torch").encode(["a"])
    for _ in range(2):
        encoder = Transformers(model=str(bert_folder), dtype="float32")
        assert np.array_equal(encoder.encode(["a"]), exact)
        assert (
            "no such operation; set backend to torch; torch computes instead" in encoder.remarks()["backend"]
        )
    assert len(tries) == 1
    with pytest.raises(ComponentError, match=r"cannot trace .*no such operation; set backend to torch"):
        Transformers(model=str(bert_folder), dtype="float32", backend="openvino").encode(["a"])
