"""Likes by type of event, computed by hand."""

import polars as pl
import pytest

from palate.data import Dataset
from palate.errors import DataError
from palate_feedback.events import Events

TYPES = ["view", "cart", "purchase", "hide", "view"]


def test_each_type_counts_as_its_weight(events, strengths):
    weights = {"view": 1, "cart": 2, "purchase": 3, "hide": -1.5}
    assert strengths(Events(weights).mark(events(type=TYPES))) == [1, 2, 3, -1.5, 1]


def test_a_type_without_a_weight_is_an_error_that_lists_what_stands_in_the_column(events):
    with pytest.raises(DataError, match=r"'hide' has no weight. .*'view' \(2\).*'hide' \(1\)") as caught:
        Events({"view": 1, "cart": 2, "purchase": 3}).mark(events(type=TYPES))
    assert "say with `others`" in str(caught.value)


def test_others_count_as_seen_or_as_they_are_given(events, strengths):
    assert strengths(Events({"purchase": 2}, others="seen").mark(events(type=TYPES))) == [0, 0, 2, 0, 0]
    assert strengths(Events({"purchase": 2}, others=0.5).mark(events(type=TYPES))) == [0.5, 0.5, 2, 0.5, 0.5]


def test_a_weight_for_a_type_that_never_stands_there_is_taken_for_a_slip(events):
    with pytest.raises(DataError, match=r"no event is of type 'purchas'. Did you mean 'purchase'\?"):
        Events({"purchas": 2}, others="seen").mark(events(type=TYPES))


def test_types_that_are_missing_were_seen_and_numbers_are_read_as_text(events, strengths):
    assert strengths(Events({"a": 1}).mark(events(type=["a", None, " ", " a"]))) == [1, 0, 0, 1]
    assert strengths(Events({"1": 1, "2": -1}).mark(events(type=[1, 2]))) == [1, -1]


def test_weights_that_like_nothing_are_refused(events):
    with pytest.raises(DataError, match="none with a weight above 0"):
        Events({"view": 0}).mark(events(type=["view", "view"]))


@pytest.mark.parametrize(("pairs", "expected"), [("sum", 6), ("max", 3), ("last", 2)])
def test_events_of_one_pair_come_to_what_pairs_says(pairs, expected):
    frame = pl.DataFrame(
        {"user": [1, 1, 1], "item": [5] * 3, "time": [1, 2, 3], "type": ["view", "purchase", "cart"]}
    )
    marked = Events({"view": 1, "purchase": 3, "cart": 2}, pairs=pairs).mark(Dataset.from_frames(frame))
    assert marked.history().weights.toarray().tolist() == [[expected]]
