import numpy as np
import polars as pl
import pytest

from palate import Dataset
from palate.data import PARTS
from palate.errors import DataError
from palate_splits.temporal import LeaveOneOut, Temporal, UserTemporal

TRAIN, VALIDATION, TEST = (PARTS[name] for name in ("train", "validation", "test"))


def parts(splitter, dataset):
    """{(user id, item id): part}"""
    (fold,) = splitter.split(dataset, np.random.default_rng(0))
    users, items = dataset.users["id"], dataset.items.ids
    rows = zip(dataset.interactions["user"], dataset.interactions["item"], fold.part, strict=True)
    return {(users[user], items[item]): int(part) for user, item, part in rows}


def test_the_newest_of_all_interactions_test_and_the_next_newest_validate(events):
    dataset = events(
        *[("a", time, time) for time in range(1, 6)], *[("b", time, time) for time in range(6, 11)]
    )
    found = parts(Temporal(test=0.2, validation=0.3), dataset)
    assert [found["a", time] for time in range(1, 6)] == [TRAIN] * 5
    assert [found["b", time] for time in range(6, 11)] == [VALIDATION] * 3 + [TEST] * 2


def test_interactions_of_one_moment_stay_on_one_side(events):
    dataset = events(
        ("a", 1, 1), ("a", 2, 2), ("b", 1, 2), ("b", 2, 3), ("c", 1, 3), ("c", 2, 3), ("d", 1, 0), ("d", 2, 1)
    )
    found = parts(Temporal(test=0.25, validation=0.2), dataset)
    assert {pair for pair, part in found.items() if part == TEST} == {("b", 2), ("c", 1), ("c", 2)}
    assert {pair for pair, part in found.items() if part == VALIDATION} == {("a", 2), ("b", 1)}


def test_data_of_a_single_moment_cannot_be_split_by_time(events):
    with pytest.raises(DataError, match="no interactions in 'train'"):
        parts(Temporal(test=0.4), events(("a", 1, 5), ("a", 2, 5), ("b", 1, 5)))


def test_each_user_has_a_share_of_their_own_newest(events):
    rows = [("a", item, item) for item in range(10)] + [("b", item, 100 - item) for item in range(5)]
    found = parts(UserTemporal(test=0.2, validation=0.1), events(*rows))
    assert {pair for pair, part in found.items() if part == TEST} == {("a", 9), ("a", 8), ("b", 0)}
    assert {pair for pair, part in found.items() if part == VALIDATION} == {("a", 7), ("b", 1)}


def test_one_event_of_each_user_stays_in_training(events):
    found = parts(UserTemporal(test=0.5, validation=0.4), events(("a", 1, 1), ("b", 1, 1), ("b", 2, 2)))
    assert found == {("a", 1): TRAIN, ("b", 1): TRAIN, ("b", 2): TEST}


def test_the_last_is_left_out_and_the_one_before_it_validates(events):
    dataset = events(("a", 1, 3), ("a", 2, 1), ("a", 3, 2), ("b", 1, 1), ("b", 2, 2), ("c", 1, 1))
    assert parts(LeaveOneOut(), dataset) == {
        ("a", 1): TEST,
        ("a", 3): VALIDATION,
        ("a", 2): TRAIN,
        ("b", 2): TEST,
        ("b", 1): TRAIN,
        ("c", 1): TRAIN,
    }


def test_leaving_one_out_may_do_without_validation(events):
    found = parts(LeaveOneOut(validation=False), events(("a", 1, 3), ("a", 2, 1), ("a", 3, 2)))
    assert found == {("a", 1): TEST, ("a", 2): TRAIN, ("a", 3): TRAIN}


def test_a_single_event_is_left_out_of_a_second_with_several_where_that_is_asked_for(events):
    dataset = events(("a", 1, 1), ("a", 2, 5), ("a", 3, 5), ("a", 4, 5), ("b", 1, 2), ("b", 2, 2))
    whole = parts(LeaveOneOut(), dataset)
    assert [whole["a", item] for item in (1, 2, 3, 4)] == [TRAIN, TEST, TEST, TEST]
    assert whole["b", 1] == whole["b", 2] == TRAIN
    one = parts(LeaveOneOut(single=True), dataset)
    assert one["a", 1] == TRAIN
    assert sorted(one["a", item] for item in (2, 3, 4)) == sorted([TRAIN, VALIDATION, TEST])
    assert sorted((one["b", 1], one["b", 2])) == sorted([TRAIN, TEST])


@pytest.mark.parametrize("splitter", [LeaveOneOut(), UserTemporal(test=0.2, validation=0.2)])
def test_events_of_one_second_stay_together(events, splitter):
    dataset = events(*[("a", item, time) for item, time in enumerate([1, 5, 5, 9, 9])])
    assert parts(splitter, dataset) == {
        ("a", 0): TRAIN, ("a", 1): VALIDATION, ("a", 2): VALIDATION, ("a", 3): TEST, ("a", 4): TEST
    }  # fmt: skip


@pytest.mark.parametrize("splitter", [LeaveOneOut(), UserTemporal(test=0.9, validation=0)])
def test_a_user_whose_events_share_one_second_only_trains(events, splitter):
    found = parts(splitter, events(("a", 0, 7), ("a", 1, 7), ("a", 2, 7), ("b", 0, 1), ("b", 1, 2)))
    assert {found["a", item] for item in range(3)} == {TRAIN}
    assert found["b", 1] == TEST


def test_no_second_of_a_user_is_torn_apart_and_one_trains(crowd):
    dataset = Dataset.from_frames(crowd)
    for splitter in (LeaveOneOut(), UserTemporal(test=0.3, validation=0.3)):
        fold = next(splitter.split(dataset, np.random.default_rng(0)))
        frame = dataset.interactions.with_columns(label=pl.Series(fold.part))
        moments = frame.group_by("user", "time").agg(pl.col("label").n_unique())
        assert moments["label"].max() == 1
        assert frame.filter(label=0)["user"].n_unique() == frame["user"].n_unique()
        newest = frame.group_by("user").agg(
            train=pl.col("time").filter(pl.col("label") == 0).max(),
            test=pl.col("time").filter(pl.col("label") == 2).min(),
        )
        assert (newest["test"] > newest["train"]).all()
