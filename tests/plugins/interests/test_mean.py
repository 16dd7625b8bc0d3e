import numpy as np
import pytest

from palate import History, Query
from palate_interests.mean import Mean

VECTORS = np.array([[1, 0], [0, 1], [4, 4], [0, 0]], np.float32)


def ask(*lists):
    return Query(np.full(len(lists), -1, np.int32), History.from_lists(lists, len(VECTORS)))


def test_is_the_mean_of_the_items_met():
    interests = Mean().profile(ask([0, 1], [2]), VECTORS)
    assert interests.tolist() == [[[0.5, 0.5]], [[4, 4]]]
    assert interests.dtype == np.float32


def test_an_item_met_twice_counts_once():
    assert Mean().profile(ask([0, 0, 1]), VECTORS).tolist() == [[[0.5, 0.5]]]


def test_nobody_without_history_has_an_interest():
    assert Mean().profile(ask([], [1], []), VECTORS).tolist() == [[[0, 0]], [[0, 1]], [[0, 0]]]


def test_an_item_without_text_does_not_pull_towards_zero():
    assert Mean().profile(ask([2, 3], [3]), VECTORS).tolist() == [[[4, 4]], [[0, 0]]]


@pytest.mark.parametrize("block", [1, 3, 17])
def test_a_user_gets_the_same_alone_and_in_a_crowd(block):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 7)).astype(np.float32)
    lists = [rng.integers(0, 50, rng.integers(0, 30)).tolist() for _ in range(40)]
    query = Query(np.arange(40, dtype=np.int32), History.from_lists(lists, 50))
    whole = Mean().profile(query, vectors)
    parts = [Mean().profile(query.take(slice(i, i + block)), vectors) for i in range(0, 40, block)]
    assert np.array_equal(whole, np.concatenate(parts))
    for person, items in enumerate(lists):
        wanted = vectors[np.unique(items)].mean(axis=0) if items else np.zeros(7)
        np.testing.assert_allclose(whole[person, 0], wanted, atol=1e-6)


def test_nobody_at_all_is_no_trouble():
    assert Mean().profile(ask(), VECTORS).shape == (0, 1, 2)
