"""What holds for every splitter."""

import numpy as np
import polars as pl
import pytest

from palate import Dataset
from palate.data import PARTS
from palate.errors import ComponentError, DataError
from palate_splits.cold import ColdItems, ColdUsers
from palate_splits.column import Column
from palate_splits.shuffled import Random
from palate_splits.temporal import LeaveOneOut, Temporal, UserTemporal

WITH_SHARES = [Temporal, UserTemporal, Random, ColdItems, ColdUsers]
ALL = [*WITH_SHARES, LeaveOneOut]
TIMED = [Temporal, UserTemporal, LeaveOneOut]


def only(splitter, dataset, seed=7):
    (fold,) = splitter.split(dataset, np.random.default_rng(seed))
    return fold


@pytest.mark.parametrize("kind", ALL)
def test_the_source_may_have_its_rows_in_any_order(kind, crowd):
    straight = Dataset.from_frames(crowd)
    mixed = Dataset.from_frames(crowd.sample(fraction=1, shuffle=True, seed=1))
    assert only(kind(), mixed).part.tolist() == only(kind(), straight).part.tolist()


@pytest.mark.parametrize("kind", ALL)
def test_the_same_seed_gives_the_same_fold_with_every_part_in_it(kind, crowd):
    dataset = Dataset.from_frames(crowd)
    fold = only(kind(), dataset)
    assert np.array_equal(fold.part, only(kind(), dataset).part)
    summary = fold.summary()
    assert min(summary["train"], summary["validation"], summary["test"]) > 0
    assert sum(summary.values()) == dataset.interactions.height


@pytest.mark.parametrize("kind", [Random, ColdItems, ColdUsers])
def test_another_seed_gives_another_fold(kind, crowd):
    dataset = Dataset.from_frames(crowd)
    assert not np.array_equal(only(kind(), dataset, 1).part, only(kind(), dataset, 2).part)


@pytest.mark.parametrize("kind", WITH_SHARES)
def test_what_is_tested_does_not_depend_on_what_validates(kind, crowd):
    dataset = Dataset.from_frames(crowd)
    with_some, without = only(kind(), dataset), only(kind(validation=0.0), dataset)
    assert np.array_equal(with_some.rows("test"), without.rows("test"))


@pytest.mark.parametrize("kind", WITH_SHARES)
def test_shares_that_leave_nothing_to_train_on_are_refused(kind, crowd):
    with pytest.raises(ComponentError, match=r"less than 1 together.*got 0.6 \+ 0.4"):
        only(kind(test=0.6, validation=0.4), Dataset.from_frames(crowd))


@pytest.mark.parametrize("kind", WITH_SHARES)
def test_a_split_without_anything_to_test_is_refused(kind, crowd):
    with pytest.raises(DataError, match="no interactions in 'test'"):
        only(kind(test=0.0), Dataset.from_frames(crowd))


@pytest.mark.parametrize("kind", TIMED)
def test_without_times_a_split_by_time_is_refused(kind, crowd):
    assert "timestamps" in kind.needs
    with pytest.raises(DataError, match="needs timestamps"):
        only(kind(), Dataset.from_frames(crowd.drop("time")))


@pytest.mark.parametrize("kind", [Random, ColdItems, ColdUsers])
def test_the_others_do_without_times(kind, crowd):
    dataset = Dataset.from_frames(crowd.drop("time"))
    assert only(kind(), dataset).count("test") > 0


def test_the_column_of_the_data_is_the_split(events):
    parts = [PARTS[name] for name in ("train", "test", "validation", "train")]
    dataset = events((1, 1), (1, 2), (2, 1), (2, 2), part=parts)
    assert only(Column(), dataset).part.tolist() == parts


def test_a_share_of_what_trains_validates_where_the_data_leave_nothing_for_that(events):
    rows = [(user, item) for user in range(4) for item in range(11)]
    parts = [PARTS["test" if item == 10 else "train"] for _, item in rows]
    dataset = events(*rows, (9, 0), part=[*parts, PARTS["train"]])
    fold = only(Column(validation=0.3), dataset)
    user, tested = dataset.interactions["user"].to_numpy(), fold.rows("test")
    assert np.bincount(user[fold.rows("validation")], minlength=5).tolist() == [3, 3, 3, 3, 0]
    assert np.bincount(user[fold.rows("train")], minlength=5).tolist() == [7, 7, 7, 7, 1]
    assert np.array_equal(tested, only(Column(), dataset).rows("test"))
    again, other = only(Column(validation=0.3), dataset), only(Column(validation=0.3), dataset, seed=8)
    assert np.array_equal(fold.part, again.part)
    assert not np.array_equal(fold.part, other.part)
    items = dataset.interactions["item"].to_numpy()[fold.rows("validation")]
    assert len(set(items.tolist())) > 3  # drawn for each user, not the same items for all


def test_a_validation_part_that_came_with_the_data_stays_as_it_is(events):
    parts = [PARTS[name] for name in ("train", "test", "validation", "train")]
    dataset = events((1, 1), (1, 2), (2, 1), (2, 2), part=parts)
    assert only(Column(validation=0.5), dataset).part.tolist() == parts


def test_data_without_a_split_are_refused_by_the_column_splitter(events):
    with pytest.raises(DataError, match="needs interactions that come with a part"):
        only(Column(), events((1, 1), (1, 2)))


@pytest.mark.parametrize("strange", [9, None])
def test_a_part_that_is_none_of_the_known_ones_is_refused(events, strange):
    with pytest.raises(DataError, match="1 interactions have no known part"):
        only(Column(), events((1, 1), (1, 2), (2, 1), part=pl.Series([0, 2, strange], dtype=pl.UInt8)))
