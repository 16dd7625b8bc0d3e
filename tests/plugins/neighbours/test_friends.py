from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate.testing import asking, conforms
from palate_neighbours.friends import Friends
from palate_neighbours.friends_of_friends import FriendsOfFriends

UNKNOWN = "of an unknown user no friends are known"
TestFriends = conforms(
    Friends,
    expected={
        "unknown_users_are_served_from_their_history": UNKNOWN,
        "items_without_interactions_are_handled": UNKNOWN,
    },
)
TestFriendsOfFriends = conforms(FriendsOfFriends, column="owner")


def training(lists, ids, users, **columns):
    known = History.from_lists(lists, len(ids))
    return Training(known, Items(pl.DataFrame({"id": ids})), pl.DataFrame({"id": users, **columns}))


def test_a_score_is_the_sum_of_what_friends_like():
    data = training(
        [[0], [1, 2], [2]], ["x", "y", "z"], ["a", "b", "c"], knows=["b|c", ["", "a c nobody"][1], ""]
    )
    query = asking([[], [], [], []], 3, [0, 1, 2, -1])
    plain = Friends("knows", discount="none").fit(data).score(query)
    nothing = [np.nan] * 3
    assert np.array_equal(plain, [[0, 1, 2], [1, 0, 1], nothing, nothing], equal_nan=True)
    linear = Friends("knows", discount="linear").fit(data).score(query)
    assert linear[0].tolist() == [0, 0.5, 1.5]
    log = Friends("knows").fit(data).score(query)
    assert np.allclose(log[0], [0, 1 / np.log(3), 1 / np.log(3) + 1 / np.log(2)])


def test_where_items_are_users_it_counts_friends_of_friends():
    # a follows b and c; b follows d; c follows d and a; d follows nobody, and e is no user
    data = training([[1, 2], [3], [0, 3], []], ["a", "b", "c", "d", "e"], ["a", "b", "c", "d"])
    fitted = FriendsOfFriends(discount="none").fit(data)
    scores = fitted.score(asking([[1, 2], [1], [4], []], 5))
    assert scores[0].tolist() == [1, 0, 0, 2, 0]
    assert scores[1].tolist() == [0, 0, 0, 1, 0]
    assert scores[2].tolist() == scores[3].tolist() == [0] * 5


def test_items_may_be_by_users_instead():
    items = pl.DataFrame({"id": [1, 2, 3], "author": ["b", "a", None]})
    data = training([[0], [1, 2]], [1, 2, 3], ["a", "b"])
    fitted = FriendsOfFriends("author", discount="linear").fit(replace(data, items=Items(items)))
    assert fitted.score(asking([[0], [1], [2]], 3)).tolist() == [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 0]]


def test_a_user_who_is_not_in_training_has_the_friends_of_their_row():
    data = training([[0], [1]], ["x", "y"], ["a", "b"], knows=[["b"], []])
    query = Query(np.array([-1], np.int32), History.from_lists([[]], 2), rows=np.array([0], np.int32))
    assert Friends("knows", discount="none").fit(data).score(query).tolist() == [[0, 1]]


def test_data_without_friends_are_refused():
    data = training([[0]], ["x"], ["a"], knows=["q"])
    with pytest.raises(ComponentError, match="no item's id is the id of a user; `column` says"):
        FriendsOfFriends().fit(data)
    with pytest.raises(ComponentError, match="the users have no attribute 'know'; they have 'knows'"):
        Friends("know").fit(data)
    with pytest.raises(ComponentError, match="no id in 'knows' is that of a user"):
        Friends("knows").fit(data)
