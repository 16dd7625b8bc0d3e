import numpy as np
import pytest

from palate.testing import asking, training_of
from palate_sequence.session_knn import SessionKNN

LISTS = [[0, 1, 2], [1, 3], [], [4], [0, 5, 6, 7]]


def test_scores_are_sums_of_the_similarities_of_sessions():
    """History 0, 1: item 1 weighs 1 / 1.5 and item 0 half of that."""
    ranker = SessionKNN(decay=0.5).fit(training_of(LISTS, 8))
    (scores,) = ranker.score(asking([[0, 1]], 8))
    both, one, far = 1 / 3**0.5, (2 / 3) / 2**0.5, (1 / 3) / 4**0.5
    expected = [both + far, both + one, both, one, 0, far, far, far]
    assert scores == pytest.approx(expected, rel=1e-5)


def test_only_the_nearest_sessions_vote():
    ranker = SessionKNN(decay=0.5, neighbours=2).fit(training_of(LISTS, 8))
    (scores,) = ranker.score(asking([[0, 1]], 8))
    assert np.flatnonzero(scores).tolist() == [0, 1, 2, 3]


def test_only_the_last_events_are_compared():
    ranker = SessionKNN(last=1).fit(training_of(LISTS, 8))
    (scores,) = ranker.score(asking([[0, 1, 4]], 8))
    assert np.flatnonzero(scores).tolist() == [4]
    assert scores[4] == pytest.approx(1.0)


def test_the_order_of_a_history_decides():
    ranker = SessionKNN(decay=0.5).fit(training_of([[0, 2], [1, 3]], 4))
    forwards, backwards = ranker.score(asking([[0, 1], [1, 0]], 4))
    assert forwards[3] > forwards[2] > 0
    assert backwards[2] > backwards[3] > 0


def test_a_history_that_shares_nothing_gets_zeros():
    ranker = SessionKNN().fit(training_of(LISTS[:3], 8))
    assert not ranker.score(asking([[7], []], 8)).any()
