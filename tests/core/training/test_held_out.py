"""What is held out to see when to stop."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from palate.data import History
from palate.training import HeldOut, hold_out


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def rows(history):
    return [history.items[start:end].tolist() for start, end in pairwise(history.indptr)]


def test_the_last_event_of_each_user_with_three_is_held_out(rng):
    lists = [[0, 1, user % 2 + 2] for user in range(24)] + [[2, 3], []]
    lists[24:24] = [[2, 3, 0]]  # its last event is held out too
    found = hold_out(History.from_lists(lists, 4), rng)
    assert rows(found.history) == [[0, 1]] * 24 + [[2, 3], [2, 3], []]
    assert found.users.tolist() == list(range(25))
    assert found.target.tolist() == [2, 3] * 12 + [0]


def test_an_item_that_nobody_else_has_or_the_user_has_already_is_not_held_out(rng):
    lists = [[0, 1, 2] for _ in range(24)] + [[2, 1, 3], [0, 2, 0]]
    found = hold_out(History.from_lists(lists, 4), rng)
    assert found.users.tolist() == list(range(24))
    assert rows(found.history)[24:] == [[2, 1, 3], [0, 2, 0]]


def test_with_few_users_nothing_is_held_out(rng):
    lists = [[0, 1, 2]] * 19 + [[2, 0]]
    found = hold_out(History.from_lists(lists, 3), rng)
    assert not len(found.users)
    assert rows(found.history) == lists


def test_no_more_users_are_drawn_than_asked_for_and_the_rest_keep_all_events(rng):
    history = History.from_lists([[0, 1, 2]] * 60 + [[2, 0]], 3)
    found = hold_out(history, rng, users=30)
    assert len(found.users) == 30
    assert found.history.counts.sum() == history.counts.sum() - 30


def test_times_and_strengths_stay_beside_their_events(rng):
    plain = History.from_lists([[2, 0, 1]] * 25 + [[1, 2]], 3)
    size = len(plain.items)
    history = replace(plain, times=np.arange(size), strengths=np.arange(size, dtype=np.float32) + 1)
    found = hold_out(history, rng).history
    assert found.times[:5].tolist() == [0, 1, 3, 4, 6]
    assert found.strengths[:5].tolist() == [1, 2, 4, 5, 7]
    assert found.items[:5].tolist() == [2, 0, 2, 0, 2]


def test_the_control_ranks_by_popularity():
    history = History.from_lists([[0], [1], [1, 0, 2], [2, 0]], 4)  # item 0 has three users, 1 and 2 two
    found = HeldOut(history, np.array([0, 1]), np.array([2, 0], np.int32))
    assert found.popularity() == pytest.approx((1 / np.log2(3) + 1) / 2)
    assert hold_out(history, np.random.default_rng(0)).popularity() == 0


def test_ndcg_ranks_all_items_but_those_of_the_history():
    history = History.from_lists([[0], [1]], 4)
    found = HeldOut(history, np.array([0, 1]), np.array([2, 3], np.int32))
    scores = np.array([[9, 3, 2, 1], [1, 9, 3, 2]], np.float32)  # places 2 and 2
    assert found.ndcg(scores) == pytest.approx([1 / np.log2(3)] * 2)
    scores[1, 3] = 10
    assert found.ndcg(scores) == pytest.approx([1 / np.log2(3), 1.0])
    assert found.ndcg(scores[1:], slice(1, 2)) == pytest.approx([1.0])
