"""What each branch adds, and in words what was done with its weight."""

import numpy as np
import pytest

from palate_fusion.support import gain_of, in_words, left_out, parts_of

MANY = np.arange(100)
CHANCE = np.where(MANY % 2, 1.0, -1.0)  # a mean of 0


def values(of):
    """Values that are a sum over branches, each times its weight."""
    return lambda weights: sum(weights[name] * each for name, each in of.items())


def test_a_part_is_the_difference_to_the_hybrid_without_it():
    of = {"strong": np.ones(100), "help": 0.5 + CHANCE, "noise": 0.25 - CHANCE}
    weights = {"strong": 0.8, "help": 0.2, "noise": 0.0}
    parts = parts_of(weights, weights | {"noise": 0.4}, values(of), {"noise": 0.3})
    error = np.std(CHANCE, ddof=1) / 10
    assert parts["strong"] == pytest.approx({"gain": 0.8, "error": 0.0})
    assert parts["help"] == pytest.approx({"gain": 0.2 * 0.5, "error": 0.2 * error})
    assert parts["noise"] == pytest.approx({"gain": 0.4 * 0.25, "error": 0.4 * error, "share": 0.3})


def test_a_branch_that_is_alone_or_has_no_weight_at_all_has_no_part():
    of = {"strong": np.ones(100), "useless": np.zeros(100)}
    assert parts_of({"strong": 1.0, "useless": 0.0}, {"strong": 1.0, "useless": 0.0}, values(of), {}) == {}


def test_users_without_a_value_do_not_count():
    whole, without = np.where(MANY < 50, np.nan, 1.0), np.where(MANY < 50, 5.0, 0.25)
    assert gain_of(whole, without) == {"gain": 0.75, "error": 0.0}
    assert gain_of(np.array([np.nan, 2.0]), np.array([1.0, 0.5])) == {"gain": 1.5, "error": 0.0}


def test_words_say_which_branches_count_as_good_and_which_are_left_out_and_why():
    weights = {"strong": 1.0, "twin": 0.8, "noise": 0.0, "useless": 0.0}
    parts = {"noise": {"gain": 0.0004, "error": 0.0011, "share": 0.31}}
    words = in_words(weights, parts, ["strong", "twin"])
    assert words == {
        "strong": "best alone, though others count as good",
        "twin": "counts as good as 'strong' alone",
        "noise": "it would add +0.0004 ±0.0022 on the validation part; 31% of resamples give it a weight",
        "useless": "no weight that was tried makes the hybrid better on the validation part",
    }
    assert left_out(weights, words) == [
        f"branch 'noise' has no weight: {words['noise']}",
        f"branch 'useless' has no weight: {words['useless']}",
    ]


def test_where_no_other_counts_as_good_only_what_is_left_out_has_words():
    assert in_words({"strong": 1.0, "other": 0.5}, {}, ["strong"]) == {}
