import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate import Dataset
from palate_splits.cold import ColdItems, ColdUsers
from palate_splits.shares import owners, portion
from palate_splits.shuffled import Random


def only(splitter, dataset, seed=0):
    (fold,) = splitter.split(dataset, np.random.default_rng(seed))
    return fold


@pytest.mark.parametrize(
    ("share", "of", "expected"), [(0.1, 30, 3), (0.29, 100, 29), (0.25, 2, 1), (0.1, 4, 0)]
)
def test_shares_are_rounded_to_the_nearest_and_halves_up(share, of, expected):
    assert portion(share, of) == expected


def test_random_takes_its_share_of_each_user(events):
    rows = [("a", item) for item in range(20)] + [("b", item) for item in range(8)] + [("c", 1)]
    dataset = events(*rows)
    fold = only(Random(test=0.25, validation=0.1), dataset)
    user = dataset.interactions["user"].to_numpy()
    assert np.bincount(user[fold.rows("test")], minlength=3).tolist() == [5, 2, 0]
    assert np.bincount(user[fold.rows("validation")], minlength=3).tolist() == [2, 1, 0]


def test_random_takes_every_event_equally_often(events):
    dataset = events(*[("a", item) for item in range(10)])
    taken = sum(only(Random(test=0.2), dataset, seed).rows("test").astype(int) for seed in range(2000))
    assert taken.sum() == 4000
    # Binomial(2000, 0.2): mean 400, standard deviation 17.9
    assert (abs(taken - 400) < 90).all()


@given(st.floats(0.01, 0.6), st.floats(0, 0.39), st.integers(2, 60))
def test_a_user_never_has_nothing_to_train_on(test, validation, count):
    dataset = Dataset.from_frames(
        pl.DataFrame({"user": [0] * count + [1] * 60, "item": [*range(count), *range(60)]})
    )
    fold = only(Random(test=test, validation=validation), dataset)
    assert fold.training(dataset, "validation").counts.min() >= 1
    assert fold.count("test") == min(portion(test, count), count - 1) + portion(test, 60)


def test_a_cold_item_has_all_its_interactions_in_one_part_and_none_in_training(crowd):
    dataset = Dataset.from_frames(crowd)
    fold = only(ColdItems(test=0.2, validation=0.1), dataset)
    item = dataset.interactions["item"].to_numpy()
    parts = {name: set(item[fold.rows(name)].tolist()) for name in ("train", "validation", "test")}
    assert [len(parts[name]) for name in ("train", "validation", "test")] == [42, 6, 12]
    assert len(set.union(*parts.values())) == 60


def test_a_cold_user_gives_their_oldest_events_and_is_evaluated_on_the_rest(crowd):
    dataset = Dataset.from_frames(crowd)
    fold = only(ColdUsers(test=0.2, validation=0.1, given=3), dataset)
    user, time = (dataset.interactions[name].to_numpy() for name in ("user", "time"))
    able = int((np.bincount(user) > 3).sum())
    judged = {part: fold.users(dataset, part) for part in ("test", "validation")}
    assert len(judged["test"]) == portion(0.2, able)
    assert len(judged["validation"]) == portion(0.1, able)
    assert not set(judged["test"]) & set(judged["validation"])
    for part, people in judged.items():
        for person in people:
            own = user == person
            assert fold.rows("given")[own].sum() == 3
            assert (fold.rows("given") | fold.rows(part))[own].all()
            assert time[own & fold.rows("given")].max() <= time[own & fold.rows(part)].min()


def test_a_model_evaluated_on_cold_users_is_not_fitted_on_them_but_gets_what_they_gave(crowd):
    dataset = Dataset.from_frames(crowd)
    fold = only(ColdUsers(given=3), dataset)
    query = fold.query(dataset, "test")
    assert (query.users == -1).all()
    assert (query.history.counts == 3).all()


def test_without_times_random_events_are_given(crowd):
    dataset = Dataset.from_frames(crowd.drop("time"))
    given_rows = only(ColdUsers(given=3), dataset).rows("given")
    user = owners(dataset)
    assert set(np.bincount(user[given_rows]).tolist()) == {0, 3}
    first_three = np.arange(len(user)) - np.searchsorted(user, user) < 3
    assert 0 < (given_rows & first_three).sum() < given_rows.sum()


def test_cold_users_may_give_no_events(crowd):
    dataset = Dataset.from_frames(crowd)
    fold = only(ColdUsers(given=0), dataset)
    assert fold.count("given") == 0
    assert (fold.query(dataset, "test").history.counts == 0).all()
