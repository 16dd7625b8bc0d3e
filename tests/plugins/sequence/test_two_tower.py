"""Two towers: what is pooled, what the losses find, and which items have text alone."""

from dataclasses import replace

import numpy as np
import pytest

from palate.arrays.topk import top_k
from palate.testing import asking, training_of
from palate_sequence.two_tower import TwoTower

pytest.importorskip("torch")

ITEMS = 12
OPTIONS = {"dimensions": 16, "length": 6, "batch": 32, "epochs": 12, "patience": 0, "dropout": 0.0}
LISTS = [[(start + step) % ITEMS for step in range(5)] for start in range(ITEMS)] * 12
"""After each item comes the one whose number is higher by one."""


def hits(training, **options):
    query = asking([[start - 2, start - 1, start] for start in range(2, ITEMS - 1)], ITEMS)
    ranker = TwoTower(learning_rate=0.02, **OPTIONS | options).fit(training)
    best, _ = top_k(ranker.score(query), 1, query.history.matrix)
    return int(np.count_nonzero(best[:, 0] == np.arange(3, ITEMS)))


@pytest.mark.parametrize("pooling", ["mean", "attention"])
@pytest.mark.parametrize("loss", ["softmax", "in-batch", "sampled-softmax"])
def test_a_planted_pattern_is_learned_by_each_loss_and_pooling(pooling, loss):
    assert hits(training_of(LISTS, ITEMS), pooling=pooling, loss=loss, negatives=64) >= ITEMS - 4


def test_it_is_lost_where_histories_hold_random_items():
    rng = np.random.default_rng(0)
    noise = [rng.permutation(ITEMS)[:5].tolist() for _ in LISTS]
    assert hits(training_of(noise, ITEMS)) <= ITEMS - 6


def test_mean_pooling_reads_a_set_and_attention_an_order():
    lists = [[1, 2, 3], [3, 1, 2]]
    mean = TwoTower(**OPTIONS | {"epochs": 2}).fit(training_of(LISTS, ITEMS))
    one, other = mean.score(asking(lists, ITEMS))
    assert one == pytest.approx(other, abs=1e-5)
    attention = TwoTower(pooling="attention", learning_rate=0.02, **OPTIONS | {"epochs": 4})
    one, other = attention.fit(training_of(LISTS, ITEMS)).score(asking(lists, ITEMS))
    assert np.abs(one - other).max() > 0.01


def test_scores_are_products_of_interests_and_item_vectors():
    ranker = TwoTower(**OPTIONS | {"epochs": 2}).fit(training_of(LISTS, ITEMS + 1))
    query = asking([[1, 2, 3], [7], []], ITEMS + 1)
    scores, items = ranker.score(query), ranker.item_vectors()
    assert not items[ITEMS].any()
    assert np.isnan(scores[:, ITEMS]).all()
    products = ranker.interests(query)[:, 0] @ items.T
    assert scores[:, :ITEMS] == pytest.approx(products[:, :ITEMS], abs=1e-5)
    assert not products[2].any()


@pytest.mark.parametrize("items", ["vectors", "delta"])
def test_an_item_without_events_is_ranked_by_its_text(items):
    """Item 12 has the vector of item 5 and no event."""
    vectors = np.zeros((ITEMS + 1, ITEMS), np.float32)
    vectors[:ITEMS] = np.eye(ITEMS)
    vectors[ITEMS, 5] = 1
    training = replace(training_of(LISTS, ITEMS + 1), vectors=vectors)
    ranker = TwoTower(items=items, correction=0.3, learning_rate=0.02, **OPTIONS | {"epochs": 20})
    query = asking([[2, 3, 4]], ITEMS + 1)
    best, _ = top_k(ranker.fit(training).score(query), 2, query.history.matrix)
    assert set(best[0].tolist()) == {5, ITEMS}


def test_what_an_item_adds_is_what_the_score_loses_without_it():
    ranker = TwoTower(pooling="attention", **OPTIONS | {"epochs": 2}).fit(training_of(LISTS, ITEMS))
    query, items = asking([[1, 2, 3], [4]], ITEMS), np.array([5, 6], np.int32)
    found = ranker.explain(query, items)
    whole = ranker.score(query)[[0, 1], items]
    without = ranker.score(asking([[2, 3], [1, 3], [1, 2]], ITEMS))[:, 5]
    assert found.past == pytest.approx([*(whole[0] - without), whole[1]], abs=1e-5)
    assert np.add(found.rest, [found.past[:3].sum(), found.past[3]]) == pytest.approx(whole, abs=1e-5)
    assert not found.exact
