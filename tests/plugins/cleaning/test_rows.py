"""Invalid rows, duplicates and low ratings."""

import pytest

from palate.errors import ComponentError, DataError
from palate_cleaning.duplicates import DropDuplicates
from palate_cleaning.invalid import DropInvalid
from palate_cleaning.minimum import MinRating

NAN, INFINITE = float("nan"), float("inf")


def test_ratings_that_are_missing_or_out_of_range_do_not_count_and_stay_seen(events, rows):
    dataset = events(
        ("a", 1, NAN), ("a", 2, 1.0), ("a", 3, 5.0), ("b", 1, 0.5), ("b", 2, 6.0), ("b", 3, INFINITE)
    )
    assert rows(DropInvalid().apply(dataset)) == [("a", 2, 1.0), ("a", 3, 5.0), ("b", 1, 0.5), ("b", 2, 6.0)]
    left = DropInvalid(low=1, high=5).apply(dataset)
    assert rows(left) == [("a", 2, 1.0), ("a", 3, 5.0)]
    assert [row[:2] for row in rows(left, seen=True)] == [("a", 1), ("b", 1), ("b", 2), ("b", 3)]


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ({}, [1, 2, 3]),
        ({"since": "1970-01-02"}, [2, 3]),
        ({"before": "1970-01-02"}, [1]),
        ({"since": 86_399, "before": "1970-01-02T00:00:01+00:00"}, [1, 2]),
        ({"since": "1970-01-02T02:00:00+02:00"}, [2, 3]),
    ],
)
def test_times_are_kept_from_one_bound_on_and_before_the_other(events, rows, bounds, kept):
    dataset = events(("a", 1, 3.0, 86_399), ("a", 2, 3.0, 86_400), ("a", 3, 3.0, 86_401))
    assert [item for _, item, *_ in rows(DropInvalid(**bounds).apply(dataset))] == kept


def test_what_came_before_the_window_was_seen_and_what_comes_after_it_is_not_known(events, rows):
    dataset = events(("a", 1, 3.0, 10), ("a", 2, 3.0, 20), ("a", 3, 3.0, 30))
    left = DropInvalid(since=20, before=30).apply(dataset)
    assert (rows(left), rows(left, seen=True)) == ([("a", 2, 3.0, 20)], [("a", 1, 3.0, 10)])


def test_bounds_that_contradict_or_do_not_read_are_refused(events):
    dataset = events(("a", 1, 3.0, 5))
    for options, said in [
        ({"low": 5, "high": 1}, "`low` must not be above `high`; got 5 and 1"),
        ({"since": "2020-01-02", "before": "2020-01-01"}, "`since` must not be above `before`"),
        ({"since": "soon"}, "`since` must be a date"),
    ]:
        with pytest.raises(ComponentError, match=said):
            DropInvalid(**options).apply(dataset)


def test_bounds_for_what_the_source_does_not_have_are_refused(events):
    with pytest.raises(DataError, match="needs ratings"):
        DropInvalid(low=1).apply(events(("a", 1)))
    with pytest.raises(DataError, match="needs timestamps"):
        DropInvalid(since=1).apply(events(("a", 1)))
    assert DropInvalid().apply(events(("a", 1))).interactions.height == 1


@pytest.mark.parametrize(
    ("keep", "expected"), [("last", (1.0, 10)), ("first", (5.0, 10)), ("mean", (3.0, 10))]
)
def test_of_the_same_person_and_item_one_row_is_left(events, rows, keep, expected):
    dataset = events(
        ("a", 1, 1.0, 30), ("a", 1, NAN, 20), ("a", 1, 5.0, 10), ("a", 2, 2.0, 15), ("b", 1, 4.0, 5)
    )
    left = sorted(rows(DropDuplicates(keep=keep).apply(dataset)))
    assert left == [("a", 1, *expected), ("a", 2, 2.0, 15), ("b", 1, 4.0, 5)]


def test_the_mean_of_missing_ratings_is_missing(events, rows):
    ((_, _, rating),) = rows(DropDuplicates(keep="mean").apply(events(("a", 1, NAN), ("a", 1, NAN))))
    assert rating != rating


def test_a_duplicate_in_another_part_of_a_given_split_stays(events):
    dataset = events(("a", 1), ("a", 1), ("a", 1), part=[0, 0, 2])
    assert DropDuplicates().apply(dataset).interactions["part"].to_list() == [0, 2]


def test_the_mean_needs_ratings(events):
    with pytest.raises(DataError, match="'drop-duplicates' needs ratings"):
        DropDuplicates(keep="mean").apply(events(("a", 1)))


def test_the_first_of_duplicates_stays_at_its_time_whatever_rating_it_has(events, rows):
    dataset = events(("a", 1, 1.0, 10), ("a", 2, 1.0, 20), ("a", 1, 1.0, 30))
    for keep in ("first", "last", "mean"):
        assert [item for _, item, *_ in rows(DropDuplicates(keep=keep).apply(dataset))] == [1, 2]


def test_what_duplicates_stay_does_not_depend_on_what_comes_later(events):
    plays = [("a", 1, 1.0, 10), ("a", 2, 1.0, 20), ("b", 1, 1.0, 25), ("a", 1, 1.0, 30), ("b", 3, 1.0, 40)]
    whole = DropDuplicates().apply(events(*plays)).interactions
    early = DropDuplicates().apply(events(*plays[:3])).interactions
    assert whole.filter(whole["time"] < 30).rows() == early.rows()


def test_events_of_another_type_are_no_duplicates(events):
    dataset = events(("a", 1), ("a", 1), ("a", 1), type=["view", "cart", "view"])
    assert DropDuplicates().apply(dataset).interactions["type"].to_list() == ["cart", "view"]


def test_only_high_ratings_count_and_a_missing_one_is_not_high(events, rows):
    dataset = events(("a", 1, 4.0), ("a", 2, 3.5), ("b", 1, NAN), ("b", 2, 5.0))
    assert rows(MinRating(4).apply(dataset)) == [("a", 1, 4.0), ("b", 2, 5.0)]
    left = MinRating(4, drop_rating=True).apply(dataset)
    assert (rows(left), rows(left, seen=True)) == ([("a", 1), ("b", 2)], [("a", 2), ("b", 1)])


def test_a_cleaner_that_leaves_nothing_is_named_with_how_much_there_was(events):
    dataset = events(("a", 1, NAN), ("b", 2, NAN))
    for cleaner in (DropInvalid(), MinRating(1)):
        with pytest.raises(DataError, match=f"cleaner '{cleaner.name}' leaves none of 2 interactions"):
            cleaner.apply(dataset)
