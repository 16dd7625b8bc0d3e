import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate_interests.recency_mean import RecencyMean

VECTORS = np.array([[1, 0], [0, 1], [0, 0]], np.float32)
DAY = 86_400


def ask(*people):
    """Each user a list of (item, day)."""
    items = np.array([item for events in people for item, _ in events], np.int32)
    times = np.array([day * DAY for events in people for _, day in events], np.int64)
    indptr = np.concatenate([[0], np.cumsum([len(events) for events in people])]).astype(np.int64)
    return Query(np.full(len(people), -1, np.int32), History(indptr, items, 3, times=times))


def test_an_event_one_half_life_older_weighs_half():
    interests = RecencyMean(half_life=10.0).profile(ask([(0, 0), (1, 10)]), VECTORS)
    np.testing.assert_allclose(interests, [[[1 / 3, 2 / 3]]], rtol=1e-6)
    assert interests.dtype == np.float32


def test_ages_count_from_the_newest_event_of_the_same_user():
    early, late = ask([(0, 0), (1, 10)]), ask([(0, 5000), (1, 5010)])
    recency = RecencyMean(half_life=3.0)
    assert np.array_equal(recency.profile(early, VECTORS), recency.profile(late, VECTORS))


def test_each_event_counts():
    interests = RecencyMean(half_life=10.0).profile(ask([(0, 0), (1, 10), (0, 20)]), VECTORS)
    np.testing.assert_allclose(interests, [[[1.25 / 1.75, 0.5 / 1.75]]], rtol=1e-6)


def test_users_without_history_between_others_get_zeros():
    interests = RecencyMean(half_life=10.0).profile(ask([], [(0, 0), (1, 10)], [], [(1, 3)]), VECTORS)
    np.testing.assert_allclose(interests[:, 0], [[0, 0], [1 / 3, 2 / 3], [0, 0], [0, 1]], rtol=1e-6)


def test_events_too_old_to_weigh_anything_leave_zeros_and_not_nan():
    interests = RecencyMean(half_life=1.0).profile(ask([(0, 0), (2, 5000)]), VECTORS)
    assert interests.tolist() == [[[0, 0]]]


def test_nobody_has_an_interest_when_nobody_did_anything():
    assert RecencyMean().profile(ask([], []), VECTORS).tolist() == [[[0, 0]], [[0, 0]]]


def test_history_without_times_is_refused_in_words():
    query = Query(np.array([-1], np.int32), History.from_lists([[0]], 3))
    with pytest.raises(ComponentError, match="needs the time of each event"):
        RecencyMean().profile(query, VECTORS)


def test_a_user_gets_the_same_alone_and_in_a_crowd():
    rng = np.random.default_rng(0)
    people = [[(int(rng.integers(3)), day) for day in range(n)] for n in rng.integers(0, 9, 20)]
    query = ask(*people)
    whole = RecencyMean().profile(query, VECTORS)
    alone = [RecencyMean().profile(query.take(slice(i, i + 1)), VECTORS) for i in range(20)]
    assert np.array_equal(whole, np.concatenate(alone))
