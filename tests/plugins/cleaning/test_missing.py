import pytest

from palate.errors import DataError
from palate_cleaning.missing import FillMissing

NAN = float("nan")


@pytest.fixture
def holes(events):
    """Ratings of a: 1, ?, 5 and ?; of b: ? and 3; of c: ?. Item 2 has 3 only, item 9 none."""
    return events(
        ("a", 1, 1.0, 0),
        ("a", 2, NAN, 10),
        ("a", 3, 5.0, 40),
        ("a", 9, NAN, 50),
        ("b", 1, NAN, 5),
        ("b", 2, 3.0, 6),
        ("c", 1, NAN, 7),
    )


def filled(cleaner, dataset, rows):
    return {(user, item): rating for user, item, rating, _ in rows(cleaner.apply(dataset))}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"how": "constant", "value": 2.5}, (2.5, 2.5, 2.5, 2.5)),
        ({"how": "mean"}, (3.0, 3.0, 3.0, 3.0)),
        ({"how": "mean", "by": "user"}, (3.0, 3.0, 3.0, 3.0)),
        ({"how": "mean", "by": "item"}, (3.0, 3.0, 1.0, 1.0)),
        ({"how": "median"}, (3.0, 3.0, 3.0, 3.0)),
        ({"how": "interpolate"}, (2.0, 5.0, 3.0, 3.0)),
    ],
)
def test_each_way_fills_in_its_own_value(holes, rows, options, expected):
    found = filled(FillMissing(**options), holes, rows)
    holes_filled = tuple(found[pair] for pair in [("a", 2), ("a", 9), ("b", 1), ("c", 1)])
    assert holes_filled == expected
    assert (found["a", 1], found["a", 3], found["b", 2]) == (1.0, 5.0, 3.0)


def test_mean_and_median_differ_where_they_should(events, rows):
    dataset = events(("a", 1, 1.0), ("a", 2, 1.0), ("a", 3, 4.0), ("a", 4, NAN), ("b", 1, 5.0), ("b", 2, NAN))
    for how, by, expected in [
        ("mean", "user", (2.0, 5.0)),
        ("median", "user", (1.0, 5.0)),
        ("mean", "global", (2.75, 2.75)),
        ("median", "global", (2.5, 2.5)),
        ("median", "item", (2.5, 1.0)),
    ]:
        left = {(user, item): rating for user, item, rating in rows(FillMissing(how, by).apply(dataset))}
        assert (left["a", 4], left["b", 2]) == expected


def test_between_two_ratings_of_one_second_lies_their_middle(events, rows):
    dataset = events(("a", 1, 1.0, 5), ("a", 2, NAN, 5), ("a", 3, 4.0, 5))
    assert filled(FillMissing("interpolate"), dataset, rows)["a", 2] == 2.5


def test_events_without_rating_may_count_as_seen_only(holes, rows):
    left = FillMissing().apply(holes)
    assert [pair[:2] for pair in rows(left)] == [("a", 1), ("a", 3), ("b", 2)]
    assert [pair[:2] for pair in rows(left, seen=True)] == [("a", 2), ("a", 9), ("b", 1), ("c", 1)]


def test_complete_ratings_are_left_alone(events):
    dataset = events(("a", 1, 4.0))
    assert FillMissing("mean").apply(dataset) is dataset


def test_nothing_can_be_filled_in_from_nothing(events):
    dataset = events(("a", 1, NAN, 5))
    for how in ("mean", "median", "interpolate"):
        with pytest.raises(DataError, match="no rating among 1 to fill in from"):
            FillMissing(how).apply(dataset)
    with pytest.raises(DataError, match="'fill-missing' leaves none of 1 interactions"):
        FillMissing("drop").apply(dataset)


def test_what_a_way_needs_is_said(events):
    with pytest.raises(DataError, match="needs ratings"):
        FillMissing().apply(events(("a", 1)))
    with pytest.raises(DataError, match="needs timestamps"):
        FillMissing("interpolate").apply(events(("a", 1, NAN), ("a", 2, 1.0)))
