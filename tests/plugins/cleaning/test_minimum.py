import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate import Dataset, Fold
from palate.errors import DataError
from palate_cleaning.minimum import MinInteractions, MinRating


def test_people_and_items_with_too_little_leave_the_catalogue(events, rows):
    dataset = events(("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 3), catalogue=[1, 2, 3, 4])
    left = MinInteractions(users=2).apply(dataset)
    assert left.users["id"].to_list() == ["a", "b"]
    assert left.items.ids.to_list() == [1, 2]
    assert rows(left) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_who_falls_below_because_others_went_goes_too(events):
    chain = events(
        ("a", 1), ("a", 2), ("b", 2), ("b", 3), ("c", 3), ("c", 4), ("d", 1), ("d", 2), ("e", 1), ("e", 2)
    )
    left = MinInteractions(users=2, items=2).apply(chain)
    assert left.users["id"].to_list() == ["a", "d", "e"]
    assert left.items.ids.to_list() == [1, 2]


def test_the_same_item_again_does_not_count_twice(events):
    with pytest.raises(
        DataError, match="'min-interactions' leaves none of 3 interactions: no users have 2 items"
    ):
        MinInteractions(users=2).apply(events(("a", 1), ("a", 1), ("b", 1)))


def test_repeated_events_of_who_stays_are_kept(events):
    assert MinInteractions(users=2).apply(events(("a", 1), ("a", 1), ("a", 2))).interactions.height == 3


@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1), st.integers(1, 3), st.integers(1, 3)
)
def test_it_is_the_largest_group_in_which_all_have_enough(pairs, users, items):
    left = set(pairs)
    while True:
        people, things = [u for u, _ in left], [i for _, i in left]
        fewer = {(u, i) for u, i in left if people.count(u) >= users and things.count(i) >= items}
        if fewer == left:
            break
        left = fewer
    dataset = Dataset.from_frames(pl.DataFrame(sorted(pairs), schema=["user", "item"], orient="row"))
    cleaner = MinInteractions(users=users, items=items)
    if not left:
        with pytest.raises(DataError):
            cleaner.apply(dataset)
        return
    found = cleaner.apply(dataset)
    ids = zip(
        found.users["id"].gather(found.interactions["user"]),
        found.items.ids.gather(found.interactions["item"]),
        strict=True,
    )
    assert set(ids) == left
    assert np.array_equal(found.users["id"], sorted({u for u, _ in left}))


def test_low_rated_events_do_not_count_and_stay_with_who_stays(events, rows):
    dataset = events(("a", 1, 5.0), ("a", 2, 5.0), ("a", 3, 1.0), ("b", 1, 5.0), ("b", 2, 1.0), ("b", 3, 5.0))
    left = MinInteractions(items=2).apply(MinRating(4).apply(dataset))
    assert left.items.ids.to_list() == [1]
    assert rows(left) == [("a", 1, 5.0), ("b", 1, 5.0)]


def test_counted_on_training_nothing_after_the_cut_decides(events):
    """Items 1 and 2 have two users each before the cut, item 3 one, item 4 none; user c has but one item."""
    rows = [
        ("a", 1, 5.0, 1), ("a", 2, 5.0, 2), ("b", 1, 5.0, 1), ("b", 2, 5.0, 2), ("a", 3, 5.0, 3),
        ("c", 2, 5.0, 3), ("b", 3, 5.0, 9), ("c", 1, 5.0, 9), ("c", 3, 5.0, 9), ("b", 4, 5.0, 9),
        ("a", 4, 5.0, 9),
    ]  # fmt: skip
    dataset = events(*rows)
    time = dataset.interactions["time"].to_numpy()
    cleaner = MinInteractions(users=2, items=2, count="training")
    assert cleaner.wants_fold()
    assert cleaner.apply(dataset) is dataset
    fold = cleaner.restrict(dataset, Fold.from_masks(len(rows), test=time == 9))
    assert fold.summary() == {"train": 4, "validation": 0, "test": 0, "given": 0, "unused": 5, "seen": 2}
    assert fold.seen(dataset).counts.tolist() == [3, 2, 1]
    assert MinInteractions(users=2, items=2).apply(dataset).items.ids.to_list() == [1, 2, 3, 4]


def test_users_whose_history_is_given_are_not_counted_in_training(events):
    dataset = events(("a", 1), ("a", 2), ("b", 1), ("b", 2))
    fold = Fold(np.array([0, 0, 3, 2], np.uint8))
    restricted = MinInteractions(users=2, count="training").restrict(dataset, fold)
    assert restricted.part.tolist() == fold.part.tolist()
