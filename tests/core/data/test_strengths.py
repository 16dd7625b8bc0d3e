"""Likes, dislikes and what was seen, from the dataset to the truth, by hand."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from palate.data import Dataset, Fold, History
from palate.errors import DataError


@pytest.fixture
def dataset():
    """Two users over items 0 to 4; the events of each by time, with their strengths."""
    rows = [
        ("a", 0, 1, 2.0), ("a", 1, 2, -1.0), ("a", 2, 3, 0.0), ("a", 3, 4, 1.0), ("a", 4, 5, -2.0),
        ("b", 1, 1, 1.0), ("b", 1, 2, -3.0), ("b", 0, 3, -1.0), ("b", 0, 4, 4.0), ("b", 3, 5, -1.0),
    ]  # fmt: skip
    frame = pl.DataFrame(rows, ["user", "item", "time", "strength"], orient="row")
    return Dataset.from_frames(frame)


@pytest.fixture
def fold(dataset):
    """The last two events of each user test."""
    place = dataset.interactions["time"].to_numpy()
    return Fold.from_masks(10, test=place >= 4)


def events(history):
    return [history.items[start:end].tolist() for start, end in pairwise(history.indptr)]


def test_training_holds_likes_and_beside_them_dislikes_and_what_was_seen(dataset, fold):
    known = fold.fitted_on(dataset)
    assert events(known.history) == events(fold.training(dataset)) == [[0], []]
    assert events(known.disliked) == [[1], [1, 0]], "b's two events with item 1 come to -2, a dislike"
    assert known.disliked.strengths.tolist() == [1, 3, 1]
    assert events(known.seen) == events(fold.seen(dataset)) == [[0, 1, 2], [1, 1, 0]]


def test_only_likes_are_relevant_and_whatever_was_seen_is_masked(dataset, fold):
    assert fold.users(dataset, "test").tolist() == [0, 1]
    truth = fold.truth(dataset, "test")
    assert (truth.indptr.tolist(), truth.relevant.tolist()) == ([0, 1, 1], [3])
    assert truth.seen_again == 1, "b had disliked item 0 before they liked it"
    assert truth.gains.tolist() == [1.0]
    assert truth.popularity.tolist() == [1, 0, 0, 0, 0]


def test_a_query_has_likes_to_score_from_and_all_that_was_seen_to_mask(dataset, fold):
    query = fold.query(dataset, "test").take([1, 0])
    assert query.users.tolist() == [-1, 0], "b has no like in training"
    assert events(query.history) == [[], [0]]
    assert events(query.disliked) == [[1, 0], [1]]
    assert events(query.masked) == [[1, 1, 0], [0, 1, 2]]


def test_what_comes_later_does_not_change_what_an_event_says(dataset):
    whole = Fold.everything(dataset).training(dataset)
    assert events(whole) == [[0, 3], [0]], "b's like of item 0 outweighs the dislike before it"
    early = Fold.from_masks(10, test=dataset.interactions["time"].to_numpy() >= 2)
    assert events(early.training(dataset)) == [[0], [1]]


def test_without_strengths_every_event_is_a_like_and_nothing_stands_beside(dataset, fold):
    plain = dataset.with_interactions(dataset.interactions.drop("strength"))
    known, query = fold.fitted_on(plain), fold.query(plain, "test")
    assert events(known.history) == [[0, 1, 2], [1, 1, 0]]
    assert known.disliked is known.seen is query.disliked is query.seen is None
    assert query.masked is query.history
    assert known.history.weights is known.history.matrix
    assert plain.likes.all()


@pytest.mark.parametrize(("pairs", "expected"), [("sum", [0, 5]), ("max", [3, 4]), ("last", [-3, 1])])
def test_several_events_of_a_pair_come_to_one_weight(pairs, expected):
    history = History(
        np.array([0, 4]), np.array([0, 2, 0, 2], np.int32), 3,
        strengths=np.array([3, 4, -3, 1], np.float32), pairs=pairs,
    )  # fmt: skip
    assert history.weights.indices.tolist() == [0, 2]
    assert history.weights.data.tolist() == expected
    assert history.take(np.array([-1, 0])).weights.toarray().tolist() == [
        [0, 0, 0],
        [expected[0], 0, expected[1]],
    ]
    assert history.only(history.items == 2).strengths.tolist() == [4, 1]


def test_what_a_cleaner_made_seen_only_stays_so(dataset):
    plain = dataset.with_interactions(dataset.interactions.drop("strength"))
    some = plain.seen_only(np.arange(10) < 2)
    assert some.interactions["strength"].to_list() == [0, 0, *[1] * 8]
    assert some.with_strengths(np.full(10, -2.0), "last").interactions["strength"].to_list() == [
        0,
        0,
        *[-2] * 8,
    ]
    assert plain.seen_only(np.zeros(10, bool)) is plain


def test_strengths_must_be_finite_and_one_an_event(dataset):
    with pytest.raises(DataError, match=r"float32\[10\]; got \(3,\)"):
        dataset.with_strengths(np.ones(3))
    with pytest.raises(DataError, match="must be finite"):
        dataset.with_strengths(np.full(10, np.inf))
    assert dataset.with_strengths(np.full(10, np.nan)).interactions["strength"].to_list() == [0] * 10


def test_columns_that_palate_does_not_know_stay_with_their_events():
    frame = pl.DataFrame({"user": [2, 1], "item": [5, 5], "type": ["view", "cart"], "label": [1, 0]})
    kept = Dataset.from_frames(frame).interactions
    assert kept.select("user", "type", "label").rows() == [(0, "cart", 0), (1, "view", 1)]
