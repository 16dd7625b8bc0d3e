"""What stands out in a split; counts computed by hand."""

from dataclasses import replace

import numpy as np
import polars as pl

from palate.data import Dataset, Fold
from palate.findings import of_fold, warnings_of


def data(users, items):
    """Events in the order given: the item's number rises with time."""
    frame = pl.DataFrame({"user": users, "item": items, "time": list(range(len(users)))})
    return Dataset.from_frames(frame)


def fold(dataset, test):
    rows = np.isin(dataset.interactions["time"].to_numpy(), test)
    return Fold.from_masks(dataset.interactions.height, test=rows)


def test_a_share_far_from_the_one_asked_for_is_a_warning():
    dataset = data([0] * 10 + [1] * 10, list(range(20)))
    split = fold(dataset, range(2, 10))
    (said,) = warnings_of(of_fold(dataset, split, {"test": 0.1}))
    assert said.startswith("the test part was to have 10% and has 40.0% of the events")


def test_a_share_of_the_users_or_items_is_as_good_as_one_of_events():
    dataset = data([0] * 12 + [1] * 4 + [2] * 2 + [3] * 2, list(range(20)))
    split = fold(dataset, range(12))
    assert warnings_of(of_fold(dataset, split, {"test": 0.25})) == []


def test_a_share_that_no_whole_number_of_events_can_meet_is_no_warning():
    dataset = data([0, 0, 1, 1], [0, 1, 0, 1])
    assert warnings_of(of_fold(dataset, fold(dataset, [3]), {"test": 0.1})) == []


def test_test_events_of_items_seen_before_are_a_warning_from_half():
    dataset = data([0, 0, 0, 1, 1, 1], [0, 1, 0, 0, 1, 1])
    (said,) = warnings_of(of_fold(dataset, fold(dataset, [2, 5]), {}))
    assert said == (
        "2 of 2 test events (100%) are of items that the user had seen before, and are not evaluated"
    )


def test_repeats_are_no_warning_where_the_split_lets_them_count():
    dataset = data([0, 0, 0, 1, 1, 1], [0, 1, 0, 0, 1, 1])
    allowed = replace(fold(dataset, [2, 5]), repeats="allow")
    assert warnings_of(of_fold(dataset, allowed, {})) == []


def test_users_and_items_that_only_the_test_part_has_are_notes():
    dataset = data([0, 0, 1, 1, 2], [0, 1, 0, 2, 3])
    findings = of_fold(dataset, fold(dataset, [3, 4]), {})
    assert {each.code: (each.level, each.numbers) for each in findings} == {
        "new-users": ("note", {"new": 1, "tested": 2}),
        "new-items": ("note", {"new": 2, "tested": 2}),
    }
