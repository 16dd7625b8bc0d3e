"""What each objective trains on, and what its loss says."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate.data import History
from palate.errors import ComponentError
from palate.registry import installed
from palate_finetune.contrastive import Contrastive
from palate_finetune.distil import Distil
from palate_finetune.finetuner import Transformers
from palate_finetune.in_batch import no_negatives
from palate_finetune.masked_words import MaskedWords
from palate_finetune.next_word import NextWord
from palate_finetune.pairs import Pairs, capped
from palate_finetune.user_item import UserItem

from .conftest import encoder_of

torch = pytest.importorskip("torch", reason="objectives need torch")


def history(*rows, n_items=6):
    indptr = np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64)
    return History(indptr, np.array([item for row in rows for item in row], np.int32), n_items)


def drawn(pairs, epochs=50):
    return {tuple(row) for seed in range(epochs) for row in pairs.drawn(np.random.default_rng(seed)).tolist()}


def test_pairs_are_of_one_user_within_the_window_and_of_different_texts():
    texts = np.array(["a", "b", "c", "a", "", "f"], object)
    pairs = Pairs(history([0, 1, 2, 3], [4, 5], [5]), texts, window=2, cap=99)
    found = drawn(pairs)
    both_ways = {(0, 0, 1), (0, 0, 2), (0, 1, 2), (0, 1, 3), (0, 2, 3)}
    assert found == both_ways | {(user, other, item) for user, item, other in both_ways}


def test_an_item_is_in_no_more_pairs_than_its_cap_on_either_side():
    pairs = Pairs(history(*[[0, item] for item in (1, 2, 3, 4, 5)] * 4), np.arange(6).astype(str), 1, cap=3)
    found = pairs.drawn(np.random.default_rng(0))
    assert max(np.bincount(found[:, 1])) <= 3
    assert max(np.bincount(found[:, 2])) <= 3
    assert capped(np.array([7, 7, 8, 7]), 2).tolist() == [True, True, True, False]


def test_no_item_is_a_negative_of_a_user_who_liked_it_or_beside_its_own_text():
    liked = history([0, 1], [2], [3, 4]).matrix
    texts = np.array(["a", "b", "c", "c", "e", "f"], object)
    users, items = np.array([0, 1, 2, 0]), np.array([0, 2, 3, 1])
    assert no_negatives(users, items, texts, liked).tolist() == [
        [False, False, False, True],  # user 0 liked item 1
        [False, False, True, False],  # item 3 has the text of item 2
        [False, True, False, False],
        [True, False, False, False],
    ]


class Spoken:
    """A network whose vectors are given; it notes the texts it read."""

    vocabulary = 3

    def __init__(self, vectors):
        self.given, self.read = {text: torch.tensor(vector) for text, vector in vectors.items()}, []

    def vectors(self, texts):
        self.read += list(texts)
        return torch.stack([self.given[text] for text in texts])


def test_the_contrastive_loss_is_the_cross_entropy_computed_by_hand(training):
    """Pairs (0, 1) of user 0 and (2, 3) of user 1, cosines 1 within and 0 across: log(1 + 1/e) at temperature
    1."""
    texts = ["a", "b", "c", "d", "", ""]
    small = replace(training, history=history([0, 1], [2, 3]), text=pl.Series(texts))
    objective = Contrastive(temperature=1.0)
    objective.training_, objective.pairs_ = small, Pairs(small.history, np.array(texts, object), 5, 5)
    network = Spoken({"a": [1.0, 0.0], "b": [2.0, 0.0], "c": [0.0, 1.0], "d": [0.0, 3.0]})
    loss = objective.loss(network, np.array([[0, 0, 1], [1, 2, 3]]))
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-1)))


def test_a_history_is_one_document_against_the_next_item(training):
    small = replace(training, history=history([0, 1, 2], [3, 4]), text=pl.Series(list("abcdef")))
    objective = UserItem(events=2, temperature=1.0)
    objective.history_, objective.texts_ = small.history, np.array(list("abcdef"), object)
    assert objective._events().tolist() == [1, 2, 4]
    read = {"a; b": [1.0, 0.0], "d": [0.0, 1.0], "c": [1.0, 0.0], "e": [0.0, 1.0]}
    network = Spoken(read)
    loss = objective.loss(network, np.array([[2], [4]]))
    assert network.read == ["a; b", "d", "c", "e"]
    assert float(loss) == pytest.approx(np.log(1 + np.exp(-1)))


def test_a_teacher_says_how_near_items_are(training):
    """The teacher scores an item by the users it shares with the one before."""
    objective = Distil(teacher=installed().find("ranker", "item-knn").make({}))
    objective.fit(training, None)
    wanted = objective._wanted(np.array([0, 3, 1, 4]))  # groups 0, 0, 1, 1
    assert np.allclose(wanted.sum(axis=1), 1)
    assert np.diag(wanted).tolist() == [0, 0, 0, 0]
    assert wanted[0, 1] > 0.5
    assert wanted[2, 3] > 0.5


@pytest.mark.parametrize(
    ("make", "which"),
    [
        (lambda: UserItem(batch=16), "bert"),
        (lambda: MaskedWords(), "bert"),
        (lambda: MaskedWords(over="items"), "bert"),
        (lambda: NextWord(), "llama"),
        (lambda: Contrastive(), "llama"),
        (lambda: Distil(teacher=installed().find("ranker", "item-knn").make({})), "bert"),
    ],
    ids=["user-item", "masked-words", "masked-items", "next-word", "contrastive-decoder", "distil"],
)
def test_its_loss_falls_when_a_model_is_trained_by_it(tmp_path, models, training, make, which):
    encoder, losses = encoder_of(models[which]), []
    told = replace(training, progress=lambda done, total, said="", /, **values: losses.append(values["loss"]))
    options = {"epochs": 4, "learning_rate": 1e-2, "warmup": 0.1, "precision": "float32", "patience": 0}
    Transformers(**options).train(encoder.text_model(), told, [make()], tmp_path)
    assert losses[-1] < losses[0] * 0.97
    assert np.isfinite(encoder.with_model(tmp_path).encode(["w00 w01"])).all()


def test_a_decoder_has_no_masked_words_and_an_encoder_no_next_word(models, training):
    with pytest.raises(ComponentError, match="'masked-words': 'llama' has no token for a hidden word"):
        MaskedWords().fit(training, encoder_of(models["llama"]).text_model())
    with pytest.raises(ComponentError, match="'next-word': every token of 'bert' attends"):
        NextWord().fit(training, encoder_of(models["bert"]).text_model())
