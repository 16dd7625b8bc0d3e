import numpy as np
import polars as pl
import pytest

from palate import Dataset
from palate.data import PARTS
from palate.errors import ComponentError, DataError
from palate_splits.k_fold import KFold
from palate_splits.rolling import DAY, Rolling
from palate_splits.shuffled import Repeated

SPLITTERS = [KFold(folds=4), KFold(folds=3, of="users", given=2), Rolling(windows=3), Repeated(times=3)]


def folds(splitter, dataset, seed=0):
    return list(splitter.split(dataset, np.random.default_rng(seed)))


@pytest.mark.parametrize("splitter", SPLITTERS, ids=repr)
def test_as_many_folds_come_as_are_promised_the_same_for_the_same_seed(splitter, crowd):
    dataset = Dataset.from_frames(crowd)
    found = folds(splitter, dataset)
    assert len(found) == splitter.n_folds()
    assert all(np.array_equal(a.part, b.part) for a, b in zip(found, folds(splitter, dataset), strict=True))
    assert all(fold.count("test") and fold.count("validation") for fold in found)


def test_each_interaction_tests_in_one_fold_and_each_user_evenly(crowd):
    dataset = Dataset.from_frames(crowd)
    found = folds(KFold(folds=4), dataset)
    tested = sum(fold.rows("test").astype(int) for fold in found)
    assert (tested == 1).all()
    user = dataset.interactions["user"].to_numpy()
    for fold in found:
        counts, own = np.bincount(user), np.bincount(user[fold.rows("test")], minlength=user.max() + 1)
        assert (np.abs(own - counts / 4) < 1).all()


def test_of_users_each_able_one_tests_once_with_their_oldest_events_given(crowd):
    dataset = Dataset.from_frames(crowd)
    frame, counts = dataset.interactions, np.bincount(dataset.interactions["user"].to_numpy())
    tested = np.zeros(len(counts), int)
    for fold in folds(KFold(folds=3, of="users", given=2, validation=0.2), dataset):
        users = np.unique(frame["user"].to_numpy()[fold.rows("test")])
        tested[users] += 1
        own = frame.with_columns(part=pl.Series(fold.part)).filter(pl.col("user").is_in(users))
        assert (own.filter(part=PARTS["given"]).group_by("user").len()["len"] == 2).all()
        assert set(own["part"]) == {PARTS["given"], PARTS["test"]}, "nothing of theirs is fitted on"
        ends = own.group_by("user").agg(
            old=pl.col("time").filter(pl.col("part") == PARTS["given"]).max(),
            new=pl.col("time").filter(pl.col("part") == PARTS["test"]).min(),
        )
        assert (ends["old"] <= ends["new"]).all()
    assert np.array_equal(tested, (counts > 2).astype(int))


def test_windows_follow_one_another_and_are_fitted_on_the_past_alone(events):
    dataset = events(*[("ab"[time % 2], time, time) for time in range(20)])
    found = folds(Rolling(windows=3, test=0.2, validation=0.25), dataset)
    time = dataset.interactions["time"].to_numpy()
    spans = [
        {part: sorted(time[fold.rows(part)].tolist()) for part in ("train", "validation", "test", "unused")}
        for fold in found
    ]
    # 20 events, windows of 4: from 8, 12 and 16 on; 5 before each validate
    assert [span["test"] for span in spans] == [list(range(at, at + 4)) for at in (8, 12, 16)]
    assert [span["validation"] for span in spans] == [list(range(at - 5, at)) for at in (8, 12, 16)]
    assert [span["train"] for span in spans] == [list(range(at - 5)) for at in (8, 12, 16)]
    assert [span["unused"] for span in spans] == [list(range(12, 20)), list(range(16, 20)), []]


def test_windows_of_days_end_with_the_newest_interaction(events):
    dataset = events(*[("a", day, day * DAY) for day in range(10)])
    found = folds(Rolling(windows=2, days=2, validation=0), dataset)
    days = dataset.interactions["item"].to_numpy()
    assert [sorted(days[fold.rows("test")].tolist()) for fold in found] == [[6, 7], [8, 9]]


def test_one_second_is_in_one_window(events):
    dataset = events(*[("a", item, time) for item, time in enumerate([1, 2, 3, 4, 5, 5, 5, 8, 8, 9])])
    for fold in folds(Rolling(windows=2, test=0.2), dataset):
        frame = dataset.interactions.with_columns(part=pl.Series(fold.part))
        assert frame.group_by("time").agg(pl.col("part").n_unique())["part"].max() == 1


def test_an_empty_window_and_too_many_are_said(events):
    dataset = events(("a", 0, 0), ("a", 1, DAY), ("a", 2, 50 * DAY))
    with pytest.raises(DataError, match="window 1 of 3 has no interactions; take fewer windows"):
        folds(Rolling(windows=3, days=16), dataset)
    with pytest.raises(DataError, match="window 1 of 9 has nothing before it to fit on"):
        folds(Rolling(windows=9, days=10), dataset)
    with pytest.raises(ComponentError, match=r"5 `windows` with 0.2 each in `test`.*take fewer or smaller"):
        folds(Rolling(windows=5, test=0.2), dataset)


def test_more_folds_than_there_is_to_deal_are_refused_with_how_many_there_are(events):
    dataset = events(*[(user, item, item) for user in "abc" for item in range(4)], ("d", 0, 9))
    with pytest.raises(DataError, match="20 `folds` need as many to test; there are 13 events"):
        folds(KFold(folds=20), dataset)
    with pytest.raises(DataError, match=r"5 `folds` need.*there are 3 users with more than 2 events"):
        folds(KFold(folds=5, of="users", given=2), dataset)


def test_a_random_split_is_drawn_anew_each_time(crowd):
    dataset = Dataset.from_frames(crowd)
    one, other, *_ = folds(Repeated(times=3, test=0.3), dataset)
    both = (one.rows("test") & other.rows("test")).mean()
    assert 0.05 < both < 0.15, "0.3 times 0.3"
