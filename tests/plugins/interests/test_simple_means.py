"""Means with other weights, computed by hand."""

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate_interests.idf_weighted import IdfWeighted
from palate_interests.last_k import LastK
from palate_interests.mean import Mean
from palate_interests.rating_weighted import RatingWeighted
from palate_interests.recency import Recency
from palate_interests.recency_mean import RecencyMean

VECTORS = np.array([[1, 0], [0, 1], [4, 4], [0, 0]], np.float32)
DAY = 86_400


def ask(*lists, ratings=None, days=None):
    history = History.from_lists(lists, len(VECTORS))
    if ratings is not None:
        history = History(history.indptr, history.items, 4, ratings=np.array(ratings, np.float32))
    if days is not None:
        history = History(history.indptr, history.items, 4, times=np.array(days, np.int64) * DAY)
    return Query(np.full(len(lists), -1, np.int32), history)


def interest(aggregator, query):
    return aggregator.profile(query, VECTORS)[:, 0]


def test_an_item_rated_higher_weighs_more():
    found = interest(RatingWeighted(), ask([0, 1], [], ratings=[4, 1]))
    np.testing.assert_allclose(found, [[0.8, 0.2], [0, 0]], rtol=1e-6)


def test_below_neutral_an_item_pushes_away():
    found = interest(RatingWeighted(neutral=3.0), ask([0, 1], ratings=[5, 1]))
    np.testing.assert_allclose(found, [[0.5, -0.5]], rtol=1e-6)


def test_all_neutral_ratings_say_nothing():
    assert interest(RatingWeighted(neutral=3.0), ask([0, 1], ratings=[3, 3])).tolist() == [[0, 0]]


def test_the_last_rating_of_an_item_counts():
    found = interest(RatingWeighted(), ask([0, 1, 0], ratings=[5, 2, 2]))
    np.testing.assert_allclose(found, [[0.5, 0.5]], rtol=1e-6)


def test_ratings_that_are_not_there_are_asked_for():
    with pytest.raises(ComponentError, match="'rating-weighted' needs the rating of each event"):
        RatingWeighted().profile(ask([0]), VECTORS)


def test_what_few_met_weighs_more():
    crowd = History.from_lists([[0], [0], [0, 1], []], 4)
    training = Training(crowd, Items(pl.DataFrame({"id": range(4)})), pl.DataFrame({"id": range(4)}))
    fitted = IdfWeighted().fit(training)
    everybody, one, nobody = 1.0, 1 + np.log(4 / 2), 1 + np.log(4)
    np.testing.assert_allclose(fitted.weights_, [everybody, one, nobody, nobody], rtol=1e-6)
    found = interest(fitted, ask([0, 1, 1]))
    np.testing.assert_allclose(found, [np.array([everybody, one]) / (everybody + one)], rtol=1e-6)


def test_only_the_last_events_count():
    assert interest(LastK(k=2), ask([2, 2, 0, 1], [1], [])).tolist() == [[0.5, 0.5], [0, 1], [0, 0]]


@pytest.mark.parametrize(
    ("decay", "older", "newer"),
    [
        ("none", 1, 1),
        ("linear", 1 / 2, 1),
        ("log", 1 / np.log2(3), 1),
        ("harmonic", 1 / 2, 1),
        ("quadratic", 1 / 4, 1),
        ("half-life", 0.5 ** (1 / 10), 1),
    ],
)
def test_an_event_weighs_by_how_many_came_after_it(decay, older, newer):
    found = interest(Recency(decay=decay), ask([0, 1]))
    np.testing.assert_allclose(found, [[older / (older + newer), newer / (older + newer)]], rtol=1e-6)


@pytest.mark.parametrize(
    ("decay", "older"),
    [
        ("none", 1),
        ("linear", 1 - 3 / 4),
        ("log", 1 / np.log2(5)),
        ("harmonic", 1 / 4),
        ("quadratic", 1 / 16),
        ("half-life", 0.5),
    ],
)
def test_an_event_weighs_by_its_age_in_days(decay, older):
    found = interest(RecencyMean(decay=decay, half_life=3), ask([0, 1], [], [1], days=[7, 10, 5]))
    wanted = [[older / (older + 1), 1 / (older + 1)], [0, 0], [0, 1]]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_an_item_without_text_weighs_nothing():
    for aggregator in (Recency(), LastK(k=4), RecencyMean()):
        assert interest(aggregator, ask([1, 3], [3], days=[1, 1, 1])).tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize("aggregator", [Mean(), Recency(), LastK()], ids=repr)
def test_vectors_of_another_catalogue_are_refused(aggregator):
    with pytest.raises(ComponentError, match=r"for each item, \[4, d\]; got an array of shape \(3, 2\)"):
        aggregator.profile(ask([0]), VECTORS[:3])


@pytest.mark.parametrize("aggregator", [Mean(), Recency(), LastK()], ids=repr)
def test_damaged_vectors_are_refused(aggregator):
    damaged = VECTORS.copy()
    damaged[1, 0] = np.nan
    with pytest.raises(ComponentError, match="hold NaN or infinite numbers"):
        aggregator.profile(ask([0, 1]), damaged)
