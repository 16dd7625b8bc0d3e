import numpy as np
import pytest

from palate.testing import asking, training_of
from palate_sequence.markov import Markov, transitions

LISTS = [[0, 1, 2], [0, 1], [0, 2], [3], [1, 1, 2]]
COUNTS = np.array([[0, 2, 1, 0], [0, 1, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
SHARE = np.array([3, 4, 3, 1]) / 11


def after(item, smoothing=1.0):
    return (COUNTS[item] + smoothing * SHARE) / (COUNTS[item].sum() + smoothing)


def test_transitions_stay_within_a_history():
    assert transitions(training_of(LISTS, 4).history).toarray().tolist() == COUNTS.tolist()


def test_a_score_is_the_smoothed_probability_of_coming_next():
    ranker = Markov(smoothing=2.0, last=1, decay=0.5).fit(training_of(LISTS, 4))
    scores = ranker.score(asking([[0], [2, 1], [3], []], 4))
    expected = [after(0, 2.0), after(1, 2.0), SHARE, np.zeros(4)]
    assert scores == pytest.approx(np.array(expected), abs=1e-6)


def test_earlier_events_weigh_less_and_an_item_that_comes_twice_counts_twice():
    ranker = Markov(smoothing=1.0, last=3, decay=0.5).fit(training_of(LISTS, 4))
    scores = ranker.score(asking([[3, 0, 1, 0], [0, 1]], 4))
    expected = [(1.25 * after(0) + 0.5 * after(1)) / 1.75, (after(1) + 0.5 * after(0)) / 1.5]
    assert scores == pytest.approx(np.array(expected), abs=1e-6)
    assert scores.sum(axis=1) == pytest.approx(1.0, abs=1e-6)


def test_the_order_of_a_history_decides():
    ranker = Markov(smoothing=1.0, last=2, decay=0.5).fit(training_of([[0, 1, 2]] * 5 + [[2, 3]] * 5, 4))
    forwards, backwards = ranker.score(asking([[1, 2], [2, 1]], 4))
    assert forwards.argmax() == 3
    assert backwards.argmax() == 2


def test_what_each_item_adds_is_the_score_in_all():
    ranker = Markov(smoothing=1.0, last=2, decay=0.5).fit(training_of(LISTS, 4))
    query = asking([[3, 0, 1], [1, 1], [2]], 4)
    items = np.array([2, 1, 0], np.int32)
    found = ranker.explain(query, items)
    matrix = query.history.matrix
    parts = np.add.reduceat(found.past, matrix.indptr[:-1]) + found.rest
    assert parts == pytest.approx(ranker.score(query)[np.arange(3), items], rel=1e-5)
    assert matrix.indices[2] == 3
    assert found.past[2] == 0, "only the last two events are read"


def test_without_any_transition_it_is_popularity():
    scores = Markov().fit(training_of([[0], [0], [1]], 3)).score(asking([[2]], 3))
    assert scores[0] == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-6)
