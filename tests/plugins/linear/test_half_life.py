"""Old events count less where a half-life is given, and nothing changes where none is."""

from dataclasses import replace

import numpy as np
import pytest

from palate.data.ageing import DAY, aged
from palate.errors import ComponentError
from palate.testing import asking, training_of
from palate_linear.ease import Ease

LISTS = [[0, 1, 2], [2, 3], [3, 0, 1]]


def timed(training, days):
    return replace(training, history=replace(training.history, times=DAY * np.array(days)))


@pytest.fixture
def training():
    return timed(training_of(LISTS, 4), [0, 5, 10, 0, 20, 1, 2, 3])


@pytest.fixture
def query():
    plain = asking([[0, 2, 3]], 4)
    return replace(plain, history=replace(plain.history, times=DAY * np.array([0, 10, 30])))


def test_the_weights_are_those_of_the_matrix_of_ages_and_a_history_is_aged_too(training, query):
    ranker = Ease(l2=2.0, half_life=10.0).fit(training)
    matrix = aged(training.history, 10.0).toarray().astype(np.float64)
    inverse = np.linalg.inv(matrix.T @ matrix + 2 * np.eye(4))
    right = inverse / -np.diag(inverse)
    np.fill_diagonal(right, 0)
    assert ranker.weights_ == pytest.approx(right, abs=1e-6)
    expected = np.array([0.125, 0, 0.25, 1]) @ right
    assert ranker.score(query)[0] == pytest.approx(expected, abs=1e-6)
    item = np.array([1], np.int32)
    found = ranker.explain(query, item)
    assert found.past.sum() + found.rest[0] == pytest.approx(expected[1], abs=1e-6)


def test_without_it_times_change_nothing(training, query):
    one = Ease(l2=2.0).fit(training).score(query)
    assert one.tobytes() == Ease(l2=2.0).fit(training_of(LISTS, 4)).score(asking([[0, 2, 3]], 4)).tobytes()


def test_a_history_without_times_is_served_with_all_events_alike(training):
    ranker = Ease(l2=2.0, half_life=10.0).fit(training)
    scores = ranker.score(asking([[0, 2]], 4))[0]
    assert scores == pytest.approx(ranker.weights_[0] + ranker.weights_[2], abs=1e-6)


def test_without_times_to_fit_on_it_is_refused():
    with pytest.raises(ComponentError, match="ranker 'ease': `half_life` needs the time"):
        Ease(half_life=10.0).fit(training_of(LISTS, 4))
