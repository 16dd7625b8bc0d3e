"""Errors of predicted ratings, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from palate.data import History, Ranking, Truth
from palate.data.rated import Rated
from palate_metrics.rating_error import MAE, RMSE


@pytest.fixture
def judged():
    """One user with one relevant item, and ratings 1, 2, 5 and 4 of which the last has no prediction."""
    answers = History.from_lists([[2]], 3)
    truth = Truth.of(answers, History.from_lists([[]], 3), np.zeros(3, np.int64))
    users = np.array([0, 1, 1, 4], np.int32)
    rated = Rated(users, users, np.array([1, 2, 5, 4], np.float32), np.array([2, 2, 3, np.nan], np.float32))
    ranking = Ranking(np.zeros(1, np.int32), np.array([[2, 1]], np.int32), np.ones((1, 2), np.float32))
    return ranking, replace(truth, rated=rated)


def test_errors_are_those_of_all_ratings_with_a_prediction(judged):
    """Off by 1, 0 and -2: mean of squares 5/3, mean 1."""
    assert RMSE().overall(*judged) == pytest.approx((5 / 3) ** 0.5)
    assert MAE().overall(*judged) == 1


def test_there_is_no_error_where_nothing_is_predicted(judged):
    ranking, truth = judged
    nothing = replace(truth.rated, predicted=np.full(4, np.nan, np.float32))
    for metric in (RMSE(), MAE()):
        assert np.isnan(metric.overall(ranking, replace(truth, rated=None)))
        assert np.isnan(metric.overall(ranking, replace(truth, rated=nothing)))
