"""What has changed between two fits: whose histories, and which number each item and user has now."""

from dataclasses import replace

import numpy as np
import polars as pl

from palate.data import History, Items, Training, change
from palate.data.change import beyond_common


def training(events, users, items, times=None):
    lists = [[items.index(item) for item in events.get(user, "")] for user in users]
    history = History.from_lists(lists, len(items))
    if times is not None:
        history = replace(history, times=np.array(times, np.int64))
    return Training(history, Items(pl.DataFrame({"id": list(items)})), pl.DataFrame({"id": list(users)}))


def lists(history):
    return [history.items[a:b].tolist() for a, b in zip(history.indptr, history.indptr[1:], strict=False)]


def test_only_users_whose_history_has_changed_are_given_whole_as_they_were_and_as_they_are():
    before = training({"ann": "ac", "bob": "b"}, ["ann", "bob"], "abc")
    after = training({"ann": "acb", "bob": "b"}, ["ann", "bob"], "abc")

    added, removed = change(before, after)

    assert lists(added.history) == [[0, 2, 1], []]
    assert lists(removed.history) == [[0, 2], []]
    assert added.same_items


def test_new_items_and_users_shift_the_numbers_and_those_that_are_gone_stand_at_the_end():
    before = training({"ann": "ac", "cid": "c"}, ["ann", "cid"], "ac")
    after = training({"ann": "b", "bob": "ab"}, ["ann", "bob"], "ab")

    added, removed = change(before, after)

    assert added.item_rows.tolist() == [0, 2]
    assert added.user_rows.tolist() == [0, 2]
    assert lists(added.history) == [[1], [0, 1], []]
    assert lists(removed.history) == [[0, 2], [], [2]]
    assert added.by_item(np.array([5, 7])).tolist() == [5, 0, 7]
    assert added.by_pair(np.array([[1, 2], [2, 3]])).tolist() == [[1, 0, 2], [0, 0, 0], [2, 0, 3]]


def test_another_time_of_an_event_is_a_change_and_equal_histories_are_none():
    before = training({"ann": "a", "bob": "b"}, ["ann", "bob"], "ab", times=[1, 2])

    added, removed = change(before, training({"ann": "a", "bob": "b"}, ["ann", "bob"], "ab", times=[1, 3]))
    assert lists(added.history) == [[], [1]]
    assert removed.history.times.tolist() == [2]

    added, removed = change(before, before)
    assert not len(added.history.items)
    assert not len(removed.history.items)


def test_a_dislike_more_is_a_change():
    before = training({"ann": "a"}, ["ann"], "ab")
    none, one = History.from_lists([[]], 2), History.from_lists([[1]], 2)

    added, removed = change(replace(before, disliked=none), replace(before, disliked=one))

    assert lists(added.history) == lists(removed.history) == [[0]]
    assert lists(added.disliked) == [[1]]
    assert lists(removed.disliked) == [[]]


def test_the_last_shared_event_stays_and_all_that_follows_it():
    before = History.from_lists([[1, 2, 3], [1, 2], [], [4, 1, 2], [5]], 6)
    now = History.from_lists([[1, 2, 3, 4], [1, 3, 2], [5, 0], [1, 2], []], 6)

    left, gone = beyond_common(now, before)

    assert lists(left) == [[3, 4], [1, 3, 2], [5, 0], [1, 2], []]
    assert lists(gone) == [[3], [1, 2], [], [4, 1, 2], [5]]
