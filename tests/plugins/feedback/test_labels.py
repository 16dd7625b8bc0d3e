"""Likes and dislikes by label, computed by hand."""

import pytest

from palate.errors import DataError
from palate_feedback.labels import Labels

NAN = float("nan")


@pytest.mark.parametrize(
    ("label", "options", "expected"),
    [
        ([1, 0, 1], {}, [1, -1, 1]),
        ([1, 0, 1], {"zero": "seen"}, [1, 0, 1]),
        ([1.0, -1.0, 0.0, NAN], {"zero": "seen"}, [1, -1, 0, 0]),
        ([True, False, None], {}, [1, -1, 0]),
        (["Like", "dislike", "", "thumbs-up", "Thumbs Down"], {}, [1, -1, 0, 1, -1]),
        (["+1", "-1", "1.0", "0"], {"zero": "seen"}, [1, -1, 1, 0]),
        (["love it", "meh", "no"], {"likes": ["love it"], "dislikes": ["Meh"]}, [1, -1, -1]),
        (["yes", "click"], {"dislikes": ["click"]}, [1, -1]),
    ],
)
def test_labels_become_likes_and_dislikes(events, strengths, label, options, expected):
    assert strengths(Labels(**options).mark(events(label=label))) == expected


def test_the_rating_is_the_label_where_there_is_no_other(events, strengths):
    assert strengths(Labels().mark(events(rating=[0, 1, 1]))) == [-1, 1, 1]
    marked = Labels(strength="rating").mark(events(label=[1, 0, 1], rating=[2.0, 3.0, 0.5]))
    assert strengths(marked) == [2, -3, 0.5]


def test_values_that_are_no_labels_are_named_with_what_would_read_them(events):
    with pytest.raises(
        DataError, match=r"2 values of the column 'label' are no labels: 5 \(1\), 3 \(1\)|ratings"
    ):
        Labels().mark(events(label=[1, 5, 3]))
    with pytest.raises(DataError, match=r"'view' \(2\); say what they are with `likes` and `dislikes`"):
        Labels().mark(events(label=["view", "view", "like"]))


def test_a_strength_that_is_none_is_refused(events):
    with pytest.raises(DataError, match="1 of its 2 values are missing or not above 0"):
        Labels(strength="rating").mark(events(label=[1, 0], rating=[1.0, 0.0]))


def test_a_column_that_is_not_there_is_named_with_how_to_bring_it_in(events):
    with pytest.raises(DataError, match=r"'lable' of the interactions. Did you mean 'label'\?.*`columns:"):
        Labels(column="lable").mark(events(label=[1, 0]))


def test_labels_without_a_like_are_refused(events):
    with pytest.raises(DataError, match=r"no like among 2 events: the column 'label' holds 0 \(2\)"):
        Labels().mark(events(label=[0, 0]))
