"""A branch has a weight where what it adds is more than chance."""

import numpy as np
import pytest

from palate_fusion.support import in_words, supported

MANY = np.arange(100)
CHANCE = np.where(MANY % 2, 1.0, -1.0)  # a mean of 0


def values(of):
    """Values that are a sum over branches, each times whether it has a weight."""
    return lambda weights: sum(np.where(weights[name] > 0, each, 0.0) for name, each in of.items())


def test_a_branch_whose_gain_is_chance_gets_no_weight_and_it_is_said():
    of = {"strong": np.ones(100), "noise": 0.01 + CHANCE, "help": 0.5 + CHANCE}
    weights, parts = supported({"strong": 1.0, "noise": 0.4, "help": 0.2}, values(of), caution=1.0)
    assert weights["noise"] == 0
    assert weights["strong"] == 1
    assert parts["noise"]["gain"] == pytest.approx(0.01)
    error = np.std(CHANCE, ddof=1) / 10
    assert parts["help"] == pytest.approx({"gain": 0.5, "error": error})
    assert weights["help"] == pytest.approx(0.2 * (1 - (error / 0.5) ** 2))
    (said,) = in_words(weights, parts)
    assert "'noise' has no weight: it adds +0.0100" in said


def test_of_two_that_replace_each_other_one_stays():
    def either(weights):
        return np.where(MANY % 4 == 0, 1.0, 0.5) * (weights["a"] > 0 or weights["b"] > 0) + 1.0

    weights, _ = supported({"first": 1.0, "a": 0.5, "b": 0.5}, either, caution=1.0)
    assert sorted(name for name in ("a", "b") if weights[name]) in (["a"], ["b"])


def test_without_caution_what_was_tuned_stays():
    of = {"strong": np.ones(100), "noise": CHANCE}
    tuned = {"strong": 1.0, "noise": 0.4}
    weights, parts = supported(tuned, values(of), caution=0.0)
    assert weights == tuned
    assert set(parts) == {"noise"}


def test_users_without_a_value_do_not_count():
    of = {"strong": np.where(MANY < 50, np.nan, 1.0), "help": np.where(MANY < 50, 5.0, 1.0)}
    _, parts = supported({"strong": 1.0, "help": 0.5}, values(of), caution=1.0)
    assert parts["help"] == {"gain": 1.0, "error": 0.0}


def test_a_branch_that_the_search_gave_no_weight_is_said_too():
    (said,) = in_words({"strong": 1.0, "useless": 0.0}, {})
    assert said.startswith("branch 'useless' has no weight: no weight that was tried")
