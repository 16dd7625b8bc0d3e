"""EASE after a change: by a low-rank update, equal to a fresh fit within 1e-5."""

import numpy as np
import pytest

from palate.data import change
from palate.testing.data import training_of
from palate_linear.dlae import Dlae
from palate_linear.ease import Ease
from palate_linear.low_rank import UPDATES


def histories(users=30, items=40, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.choice(items, rng.integers(2, 9), replace=False).tolist() for _ in range(users)]


def without_fitting(ranker, monkeypatch):
    def refuse(self, training):
        raise AssertionError("fitted afresh")

    monkeypatch.setattr(type(ranker), "fit", refuse)


@pytest.mark.parametrize("make", [Ease, Dlae, lambda l2: Dlae(l2=l2, steps=4), lambda l2: Ease()])
def test_a_few_changed_users_are_a_low_rank_update_and_no_fit(make, monkeypatch):
    lists = histories()
    later = [*lists[:28], lists[28] + [39, 0], [], [1, 2, 3]]
    before, after = training_of(lists, 40), training_of(later, 40)
    fresh, ranker = make(l2=5.0).fit(after), make(l2=5.0).fit(before)
    without_fitting(ranker, monkeypatch)

    ranker.partial_fit(*change(before, after))

    np.testing.assert_allclose(ranker.weights_, fresh.weights_, atol=1e-5)


def test_with_steps_a_few_events_more_of_many_items_leave_the_diagonal(monkeypatch):
    lists = [list(range(40))] * 30
    before, after = training_of(lists, 40), training_of([*lists, list(range(40))], 40)
    fresh, ranker = Dlae(l2=5.0, steps=2).fit(after), Dlae(l2=5.0, steps=2).fit(before)
    without_fitting(ranker, monkeypatch)

    ranker.partial_fit(*change(before, after))

    np.testing.assert_allclose(ranker.added_, 5 + 2**5)  # 30 and 31 events count as 32
    np.testing.assert_allclose(ranker.weights_, fresh.weights_, atol=1e-5)


@pytest.mark.parametrize("make", [Ease, lambda l2: Dlae(l2=l2, steps=1)])
def test_rounding_does_not_tell_with_which_items_one_was_whose_only_user_left(make, monkeypatch):
    lists = [*histories(items=39), [39, 3, 5]]
    before, after = training_of(lists, 40), training_of([*lists[:-1], []], 40)
    ranker = make(l2=5.0).fit(before)
    without_fitting(ranker, monkeypatch)

    ranker.partial_fit(*change(before, after))

    assert not ranker.weights_[39, :39].any()
    assert not ranker.weights_[:39, 39].any()
    assert ranker.diagonal_[39] == np.float32(1 / 5)


def test_an_inverse_that_hangs_on_what_goes_is_computed_afresh():
    lists = [[0, 1], *[[2, 3]] * 5]
    before, after = training_of(lists, 40), training_of([[], *lists[1:]], 40)
    ranker = Ease(l2=1e-3).fit(before).partial_fit(*change(before, after))

    assert ranker.updates_ == 0
    np.testing.assert_array_equal(ranker.weights_, Ease(l2=1e-3).fit(after).weights_)


@pytest.mark.parametrize(("updates", "then"), [(UPDATES - 1, UPDATES), (UPDATES, 0)])
def test_after_some_updates_all_is_computed_afresh(updates, then):
    lists = histories()
    before, after = training_of(lists, 40), training_of([*lists, [1, 2]], 40)
    ranker = Ease(l2=5.0).fit(before)
    ranker.updates_ = updates

    assert ranker.partial_fit(*change(before, after)).updates_ == then
