"""Training a language model: what comes out, and what stops it."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate.data import History
from palate.errors import ComponentError
from palate_finetune.contrastive import Contrastive
from palate_finetune.finetuner import FROZEN, Transformers
from palate_finetune.masked_words import MaskedWords

pytest.importorskip("peft", reason="the finetuner needs torch, transformers and peft")

QUICK = {"epochs": 4, "learning_rate": 5e-3, "warmup": 0.1, "precision": "float32", "patience": 4}


def separation(vectors, group):
    """How much nearer items of one group are to one another than to others, by cosine."""
    vectors = vectors - vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines, same = vectors @ vectors.T, group[:, None] == group[None, :]
    apart = ~np.eye(len(group), dtype=bool)
    return cosines[same & apart].mean() - cosines[~same].mean()


def trained(tmp_path, encoder, training, objectives, **options):
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    notes = Transformers(**{**QUICK, **options}).train(encoder.text_model(), training, objectives, folder)
    return notes, encoder.with_model(folder)


@pytest.mark.parametrize("options", [{}, {"adapter": "lora", "learning_rate": 2e-2}], ids=["full", "lora"])
def test_words_that_mean_nothing_come_to_mean_what_users_like(tmp_path, encoder, training, planted, options):
    _, texts, group, _ = planted
    notes, after = trained(tmp_path, encoder, training, [Contrastive(batch=32)], **options)
    assert notes["held-out value"] > notes["held-out value before"]
    assert separation(after.encode(texts), group) > separation(encoder.encode(texts), group) + 0.4


def test_what_comes_out_is_loaded_by_transformers_and_sentence_transformers(tmp_path, encoder, training):
    sentence = pytest.importorskip("sentence_transformers")
    _, after = trained(tmp_path, encoder, training, [Contrastive()], epochs=1)
    theirs = sentence.SentenceTransformer(after.model, device="cpu").encode(["w00 w11"])
    assert np.allclose(theirs, after.encode(["w00 w11"]), atol=1e-5)


def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, encoder, training):
    """It is killed in the report of its second epoch, whose checkpoint is then written."""

    class Killed(Exception):
        pass

    def kill(done, total, message="", /, **values):
        if done == 2:
            raise Killed

    objectives = [Contrastive(), MaskedWords(weight=0.3)]
    whole = replace(training, checkpoints=tmp_path / "a")
    _, one = trained(tmp_path, encoder, whole, objectives)
    halves = replace(training, checkpoints=tmp_path / "b")
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(Killed):
        Transformers(**QUICK).train(encoder.text_model(), replace(halves, progress=kill), objectives, other)
    told = []
    going_on = replace(halves, progress=lambda done, *_, **__: told.append(done))
    Transformers(**QUICK).train(encoder.text_model(), going_on, objectives, other)
    assert told == [3, 4]
    for path in other.glob("*.safetensors"):
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()
    assert one.encode(["w00"]).tobytes() == encoder.with_model(other).encode(["w00"]).tobytes()


def test_a_model_that_training_makes_no_better_is_left_as_it_was(tmp_path, encoder, training):
    """Steps so small that nothing changes: no epoch is better than none."""
    notes, after = trained(tmp_path, encoder, training, [Contrastive()], learning_rate=1e-12, epochs=1)
    assert FROZEN in notes
    assert np.array_equal(after.encode(["w00 w01"]), encoder.encode(["w00 w01"]))


def test_held_out_items_are_not_in_training_at_all(tmp_path, encoder, training):
    seen = {}

    class Listening(Contrastive):
        def fit(self, training, model):
            seen["popularity"] = training.history.popularity
            seen["blank"] = np.array([not text for text in training.text])
            return super().fit(training, model)

    notes, _ = trained(tmp_path, encoder, training, [Listening()], held_out="items", epochs=1)
    assert np.count_nonzero(seen["popularity"] == 0) == 4  # a tenth of 48
    assert np.array_equal(seen["popularity"] == 0, seen["blank"])
    assert "held-out value" in notes


def test_the_folder_says_how_it_is_pooled(tmp_path, encoder, training):
    _, after = trained(tmp_path, encoder, training, [Contrastive()], epochs=1)
    said = json.loads((tmp_path / "out/1_Pooling/config.json").read_text())
    assert [key for key, on in said.items() if on is True] == ["pooling_mode_mean_tokens"]
    assert replace(after, pooling="auto").encode(["w00"]).tolist() == after.encode(["w00"]).tolist()


def few(training, users):
    history = training.history.take(np.arange(users, dtype=np.int32))
    return replace(training, history=history, users=pl.DataFrame({"id": list(range(users))}))


def test_too_few_pairs_are_one_clear_error(tmp_path, encoder, training):
    alone = History(np.arange(25, dtype=np.int64), np.arange(24, dtype=np.int32), len(training.items))
    with pytest.raises(ComponentError, match="there are 0 pairs of items that the same user liked"):
        trained(tmp_path, encoder, replace(training, history=alone), [Contrastive()], patience=0)


def test_nobody_to_hold_out_is_one_clear_error(tmp_path, encoder, training):
    with pytest.raises(ComponentError, match=r"fewer than 20 users .* set patience to 0"):
        trained(tmp_path, encoder, few(training, 10), [Contrastive()])


def test_without_patience_nobody_needs_to_be_held_out(tmp_path, encoder, training):
    notes, _ = trained(tmp_path, encoder, few(training, 10), [Contrastive()], patience=0, epochs=1)
    assert "held-out value" not in notes
    assert notes["ended"] == "all 1 epochs are done"


def test_adapters_on_layers_that_the_model_lacks_are_one_clear_error(tmp_path, encoder, training):
    with pytest.raises(
        ComponentError, match=r"no linear layers called 'c_attn'; its layers are called .*'query'"
    ):
        trained(tmp_path, encoder, training, [Contrastive()], adapter="lora", modules=["c_attn"])


def test_a_loss_that_is_not_a_number_is_one_clear_error(tmp_path, encoder, training):
    class Broken(Contrastive):
        def loss(self, network, batch):
            return super().loss(network, batch) * float("nan")

    with pytest.raises(ComponentError, match="the loss is nan in epoch 1, batch 1"):
        trained(tmp_path, encoder, training, [Broken()])


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED")])
def test_a_batch_that_memory_does_not_hold_is_halved_and_said(tmp_path, encoder, training, error):
    taken = []

    class Large(Contrastive):
        def loss(self, network, batch):
            if len(batch) > 20:
                raise error
            taken.append(len(batch))
            return super().loss(network, batch)

    notes, _ = trained(tmp_path, encoder, training, [Large(batch=64)], epochs=1)
    assert notes["batches"] == "taken in 4 parts, since memory ran out"
    assert max(taken) == 16
