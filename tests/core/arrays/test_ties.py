import numpy as np
import pytest

from palate import History, Query
from palate.arrays.ties import BITS, history_number, history_numbers, items_at, places, tie_key, tie_keys
from palate.arrays.topk import top_k
from palate.evaluation import summarise


def test_no_two_items_share_a_place_and_each_is_found_again():
    items = np.concatenate([np.arange(50_000), 2**BITS - 1 - np.arange(50_000)])
    for key in tie_keys(np.arange(5), 3):
        at = places(items, key)
        assert len(np.unique(at)) == len(items)
        assert 0 <= at.min() <= at.max() < 2**BITS
        assert np.array_equal(items_at(at, key), items)


def test_a_key_depends_on_number_and_seed_alone():
    keys = tie_keys(np.arange(1000), 7)
    assert np.array_equal(tie_keys(np.arange(500, 600), 7), keys[500:600])
    assert len(np.unique(keys)) == 1000
    assert not (tie_keys(np.arange(1000), 8) == keys).any()
    assert keys.max() < 2**BITS


@pytest.mark.parametrize("pair", [(0, 1), (0, 8), (3, 1024), (1000, 1001), (5, 5 + 2**16)])
def test_of_two_items_each_comes_first_for_half_the_users(pair):
    keys = tie_keys(np.arange(40_000), 0)
    first, second = (places(np.full(len(keys), item), keys) for item in pair)
    share = (first < second).mean()
    assert abs(share - 0.5) < 4 * 0.5 / 200, "four standard errors of 40,000 throws"


def test_each_item_comes_at_each_place_equally_often():
    n_items, users = 7, 70_000
    order = np.argsort(places(np.arange(n_items), tie_keys(np.arange(users), 1)[:, None]), axis=1)
    for place in range(n_items):
        counts = np.bincount(order[:, place], minlength=n_items)
        chi2 = ((counts - users / n_items) ** 2 / (users / n_items)).sum()
        assert chi2 < 22.5, "one in a thousand at 6 degrees of freedom"


def test_a_history_is_known_by_its_items_in_any_order():
    lists = [[3, 1, 4], [4, 3, 1], [3, 1], [], [1, 4], []]
    history = History.from_lists(lists, 9)
    numbers = history_numbers(history.items, history.indptr)
    assert numbers[0] == numbers[1]
    assert numbers[3] == numbers[5]
    assert len(set(numbers.tolist())) == 4


def test_a_user_has_the_same_order_alone_and_among_others_known_or_not():
    history = History.from_lists([[1], [2, 3], [2, 3], []], 5)
    query = Query(np.array([4, -1, -1, -1], np.int32), history)
    ties = query.ties(1)
    assert ties[1] == ties[2] != ties[0]
    for row in range(4):
        assert query.take(np.array([row])).ties(1) == ties[row]
    rows = np.array([4, 5, 6, 7], np.int32)
    told = Query(query.users, history, rows=rows)
    assert len(set(told.ties(1).tolist())) == 4, "users of the data who are not in training differ too"
    assert told.ties(1)[0] == ties[0]
    assert told.take(np.array([2])).ties(1) == told.ties(1)[2]


def test_the_interval_of_a_scorer_that_cannot_tell_items_apart_holds_what_chance_gives():
    """Of 100 items 5 are relevant, to all users the same: each of ten drawn at random hits with 0.05."""
    users, inside = 400, 0
    for seed in range(60):
        items, _ = top_k(np.zeros((users, 100), np.float32), 10, ties=tie_keys(np.arange(users), seed))
        found = summarise((items < 5).mean(axis=1))
        inside += found.low <= 0.05 <= found.high
    assert 50 <= inside <= 60, "95% of 60 is 57"


@pytest.mark.parametrize("seed", [0, 7, -3])
def test_one_number_has_the_key_it_has_among_many(seed):
    numbers = np.array([0, 1, 12345, 2**63, 2**64 - 1], np.uint64)
    assert [tie_key(int(number), seed) for number in numbers] == tie_keys(numbers, seed).tolist()
    lists = History.from_lists([[5, 2, 2], [], [0]], 9)
    alone = [history_number(lists.items[slice(*lists.indptr[row : row + 2])]) for row in range(3)]
    assert alone == history_numbers(lists.items, lists.indptr).tolist()
