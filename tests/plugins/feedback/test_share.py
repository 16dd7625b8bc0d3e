"""Likes and dislikes by shares, computed by hand."""

import polars as pl
import pytest

from palate.data import Dataset
from palate.errors import ComponentError, DataError
from palate_feedback.share import Share

NAN = float("nan")


@pytest.fixture
def watched():
    """One user who watched items of 100, 200, 50 and 0 seconds, and one without a duration."""
    frame = pl.DataFrame(
        {"user": [1] * 5, "item": range(5), "time": range(5), "rating": [50.0, 10.0, 120.0, 30.0, 30.0]}
    )
    items = pl.DataFrame({"id": range(5), "duration": [100, 200, 50, 0, None]})
    return Dataset.from_frames(frame, items)


def test_time_over_duration_is_a_like_or_a_dislike_of_a_strength(watched, strengths):
    assert strengths(Share(of="duration").mark(watched)) == [0.5, -0.5, 1, 0, 0]
    assert strengths(Share(of="duration", most=2).mark(watched)) == [0.5, -0.5, 2, 0, 0]
    marked = Share(of="duration", like=0.6, dislike=0, strength="one").mark(watched)
    assert strengths(marked) == [0, 0, 1, 0, 0]


def test_without_an_attribute_the_column_is_a_share(events, strengths):
    marked = Share().mark(events(rating=[0.0, 0.05, 0.1, 0.3, 0.5, 1.5, NAN]))
    assert strengths(marked) == [-1, -0.5, 0, 0, 0.5, 1, 0]
    assert strengths(Share("type").mark(events(type=["0.9", "", "0.2"]))) == [0.9, 0, 0]


def test_what_is_no_share_is_refused(events, watched):
    with pytest.raises(ComponentError, match="the items have no attribute 'length'; they have 'duration'"):
        Share(of="length").mark(watched)
    with pytest.raises(DataError, match="a share is 0 or more; there is -1"):
        Share().mark(events(rating=[-1.0, 1.0]))
    with pytest.raises(ComponentError, match="the column 'type' holds 'view', which is no number"):
        Share("type").mark(events(type=["1", "view"]))
    with pytest.raises(DataError, match=r"shares run from 0.1 to 0.2, and a like begins at 0.5; set `like`"):
        Share().mark(events(rating=[0.1, 0.2]))
    with pytest.raises(ComponentError, match=r"`dislike` must not be above `like`; got 0.6 and 0.5"):
        Share(dislike=0.6).mark(events(rating=[1.0]))
