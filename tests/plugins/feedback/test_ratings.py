"""Likes and dislikes by rating, computed by hand."""

import pytest

from palate.errors import ComponentError, DataError
from palate_feedback.ratings import Ratings

NAN = float("nan")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [-1, -1, 0, 0, 1, 1, 0]),
        ({"like": 5, "dislike": 2}, [-1, 0, 0, 0, 0, 1, 0]),
        ({"strength": "rating"}, [-2, -1, 0, 0, 4, 5, 0]),
        ({"strength": "centred"}, [-2.5, -1.5, 0, 0, 0.5, 1.5, 0]),
        ({"like": 3, "dislike": 3, "strength": "centred"}, [-2, -1, 0.1, 0.5, 1, 2, 0]),
        ({"like": 2}, [-1, 1, 1, 1, 1, 1, 0]),
    ],
)
def test_ratings_become_likes_and_dislikes_of_a_strength(events, strengths, options, expected):
    marked = Ratings(**options).mark(events(rating=[1, 2, 3, 3.5, 4, 5, NAN]))
    assert strengths(marked) == expected


def test_a_user_is_compared_with_the_mean_of_their_ratings_so_far(events, strengths):
    marked = Ratings(relative_to="user").mark(events(rating=[4, 2, 5, NAN, 3]))
    # means so far: 4, 3, 11/3, -, 14/4
    assert strengths(marked) == [1, -1, 1, 0, -1]


def test_ratings_that_reach_no_like_are_refused_with_their_span(events):
    with pytest.raises(DataError, match="finds no like among 3 events: ratings run from 0 to 1, and a like"):
        Ratings().mark(events(rating=[0, 1, 1]))
    with pytest.raises(DataError, match="every rating is missing"):
        Ratings().mark(events(rating=[NAN, NAN]))


def test_bounds_that_contradict_and_likes_of_no_strength_are_refused(events):
    with pytest.raises(ComponentError, match="`dislike` must not be above `like`; got 4 and 2"):
        Ratings(like=2, dislike=4).mark(events(rating=[1, 5]))
    with pytest.raises(ComponentError, match="must be above 0, and there are likes of -1"):
        Ratings(like=-1, strength="rating").mark(events(rating=[-1, 5]))


def test_a_source_without_ratings_is_told_which_columns_there_are(events):
    with pytest.raises(
        DataError, match=r"needs a column 'rating' of the interactions.* They have 'time', 'label'"
    ):
        Ratings().mark(events(label=[1, 0]))
