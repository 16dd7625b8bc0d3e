"""A planted order is learned, and only where there is one."""

from dataclasses import replace

import numpy as np
import pytest

from palate.arrays.topk import top_k
from palate.testing import asking, training_of
from palate_sequence.recurrent import GRU, LSTM
from palate_sequence.sasrec import SASRec

pytest.importorskip("torch")

ITEMS = 12
OPTIONS = {"dimensions": 16, "length": 6, "batch": 32, "epochs": 12, "patience": 0, "dropout": 0.0}
LISTS = [[(start + step) % ITEMS for step in range(5)] for start in range(ITEMS)] * 12
"""After each item comes the one whose number is higher by one."""


def hits(ranker, training):
    query = asking([[start - 2, start - 1, start] for start in range(2, ITEMS - 1)], ITEMS)
    best, _ = top_k(ranker.fit(training).score(query), 1, query.history.matrix)
    return int(np.count_nonzero(best[:, 0] == np.arange(3, ITEMS)))


@pytest.mark.parametrize("ranker", [SASRec, GRU, LSTM])
def test_the_next_item_comes_first(ranker):
    assert hits(ranker(learning_rate=0.02, **OPTIONS), training_of(LISTS, ITEMS)) == ITEMS - 3


@pytest.mark.parametrize("loss", ["sampled-softmax", "gbce"])
def test_losses_over_shared_negatives_learn_it_too(loss):
    made = SASRec(learning_rate=0.02, loss=loss, negatives=8, **{**OPTIONS, "epochs": 30})
    assert hits(made, training_of(LISTS, ITEMS)) == ITEMS - 3


def test_ligr_layers_learn_it_too():
    ranker = SASRec(layer="ligr", blocks=1, learning_rate=0.02, **OPTIONS)
    assert hits(ranker, training_of(LISTS, ITEMS)) == ITEMS - 3


def test_it_is_lost_where_histories_are_shuffled():
    rng = np.random.default_rng(0)
    shuffled = [rng.permutation(items).tolist() for items in LISTS]
    ranker = SASRec(learning_rate=0.02, **OPTIONS)
    assert hits(ranker, training_of(shuffled, ITEMS)) <= ITEMS - 5


def test_the_best_epoch_is_kept_and_told():
    ranker = SASRec(learning_rate=0.02, **{**OPTIONS, "epochs": 30, "patience": 2})
    hits(ranker, training_of(LISTS, ITEMS))
    said = ranker.remarks()
    assert said["ended"] == "the held-out value has not risen for 2 epochs"
    assert said["best epoch"] == said["epochs"] - 2
    assert said["held-out value"] > 0.9 > said["held-out value of popularity"]


def test_a_user_scores_the_same_alone_among_others_and_beside_longer_histories():
    ranker = SASRec(learning_rate=0.02, **{**OPTIONS, "epochs": 1, "length": 20})
    ranker.fit(training_of(LISTS, ITEMS))
    lists = [list(range(size)) for size in (1, 2, 3, 4, 5, 7, 9, 12)] * 20 + [[]]
    together = ranker.score(asking(lists, ITEMS))
    for row in (0, 3, 7, 64, 160):
        alone = ranker.score(asking([lists[row]], ITEMS))
        assert alone.tobytes() == together[row : row + 1].tobytes()
    assert not ranker.interests(asking([[]], ITEMS)).any()


def test_only_the_last_events_are_read():
    ranker = SASRec(**{**OPTIONS, "epochs": 1, "length": 3}).fit(training_of(LISTS, ITEMS))
    long, short = ranker.score(asking([[9, 8, 1, 2, 3], [1, 2, 3]], ITEMS))
    assert long.tobytes() == short.tobytes()


def with_vectors(lists, vectors, n_items):
    return replace(training_of(lists, n_items), vectors=vectors)


@pytest.fixture
def told_apart():
    """Item 12 has no event and the vector of item 5; item 13 neither event nor text."""
    vectors = np.zeros((ITEMS + 2, ITEMS), np.float32)
    vectors[:ITEMS] = np.eye(ITEMS)
    vectors[ITEMS, 5] = 1
    return with_vectors(LISTS, vectors, ITEMS + 2)


@pytest.mark.parametrize("items", ["vectors", "delta"])
def test_an_item_without_events_is_ranked_by_its_text(told_apart, items):
    ranker = SASRec(items=items, correction=0.3, learning_rate=0.02, **{**OPTIONS, "epochs": 20})
    query = asking([[2, 3, 4]], ITEMS + 2)
    (scores,) = ranker.fit(told_apart).score(query)
    best, _ = top_k(scores[None].copy(), 2, query.history.matrix)
    assert set(best[0].tolist()) == {5, ITEMS}
    assert np.isnan(scores[ITEMS + 1])


def test_with_ids_there_is_no_opinion_on_an_item_without_events(told_apart):
    ranker = SASRec(**{**OPTIONS, "epochs": 1}).fit(told_apart)
    (scores,) = ranker.score(asking([[2, 3, 4]], ITEMS + 2))
    assert np.isnan(scores).tolist() == [False] * ITEMS + [True, True]


def test_a_correction_without_bound_goes_where_training_takes_it():
    import torch

    from palate_sequence.item_table import item_table

    table = item_table("delta", 3, 2, np.eye(3, dtype=np.float32), np.array([True, True, False]), None)
    with torch.no_grad():
        plain = table().clone()
        table.free += 100
        assert torch.allclose(table() - plain, torch.tensor([[100.0], [100.0], [0.0]]), atol=1e-4)


@pytest.mark.parametrize("bound", [0.1, 0.5])
def test_a_correction_is_no_longer_than_its_bound(bound):
    import torch

    from palate_sequence.item_table import item_table

    vectors = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    known = np.array([True] * 5 + [False])
    table = item_table("delta", 6, 3, vectors, known, bound)
    with torch.no_grad():
        table.free.zero_()
        plain = table().clone()
        table.free += 100
        moved = (table() - plain).norm(dim=1)
    assert moved[:5].numpy() == pytest.approx(bound * plain.norm(dim=1).mean().item(), rel=1e-5)
    assert moved[5] == 0
