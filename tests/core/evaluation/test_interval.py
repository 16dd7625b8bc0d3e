import numpy as np
import pytest

from palate.evaluation import summarise


def test_the_interval_of_four_figures_by_hand():
    # Mean 2.5, s = sqrt(5/3), t(3) = 3.182446 at 97.5%: margin 3.182446 * 1.290994 / 2 = 2.054260.
    found = summarise(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (found.mean, found.users) == (2.5, 4)
    assert found.low == pytest.approx(0.445740, abs=1e-6)
    assert found.high == pytest.approx(4.554260, abs=1e-6)


def test_a_figure_that_is_missing_is_not_counted():
    assert summarise(np.array([1.0, np.nan, 2.0])) == summarise(np.array([1.0, 2.0]))


def test_equal_figures_leave_no_doubt():
    found = summarise(np.full(5, 0.25))
    assert (found.low, found.mean, found.high) == (0.25, 0.25, 0.25)


def test_one_person_gives_a_mean_and_no_interval():
    found = summarise(np.array([0.5]))
    assert (found.mean, found.users) == (0.5, 1)
    assert np.isnan([found.low, found.high]).all()


def test_nobody_gives_nothing():
    found = summarise(np.array([np.nan]))
    assert found.users == 0
    assert np.isnan([found.mean, found.low, found.high]).all()


def test_it_agrees_with_a_bootstrap_where_people_are_many():
    figures = np.random.default_rng(3).beta(0.5, 1.5, 2000)
    rng = np.random.default_rng(4)
    means = [figures[rng.integers(0, 2000, 2000)].mean() for _ in range(2000)]
    found = summarise(figures)
    assert np.quantile(means, [0.025, 0.975]) == pytest.approx([found.low, found.high], abs=2e-3)


def test_it_holds_the_true_mean_nineteen_times_in_twenty():
    rng = np.random.default_rng(5)
    held = [s.low < 0 < s.high for s in (summarise(rng.standard_normal(8)) for _ in range(1000))]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)
