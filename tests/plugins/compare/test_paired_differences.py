import itertools

import numpy as np
import pytest
from scipy import stats

from palate_compare.paired_differences import by_student, interval_levels, paired_differences
from palate_compare.resampling import bootstrap_sums, enough, flipped_sums, on_grid
from palate_compare.verdict import holm, verdict

RNG = np.random.default_rng(11)


def two(first, second):
    """Two entries, one metric."""
    return np.stack([first, second], axis=1)[:, :, None]


def test_the_values_of_a_pair_are_those_computed_by_hand():
    found = paired_differences(two([0.5, 0.7, 0.9], [0.4, 0.5, 0.6]), [(0, 1)])
    assert found.difference[0, 0] == pytest.approx(0.2)
    assert found.second[0, 0] == pytest.approx(0.5)
    assert found.effect[0, 0] == pytest.approx(2.0)  # differences .1 .2 .3: mean .2, deviation .1
    assert found.users[0, 0] == 3
    assert found.detectable[0, 0] == pytest.approx((1.959964 + 0.841621) * 0.1 / 3**0.5, rel=1e-6)


def test_the_sign_flip_test_agrees_with_all_flips_counted_out():
    apart = np.array([0.3, -0.1, 0.25, 0.4, 0.05, -0.02, 0.2, 0.15])
    flips = np.array(list(itertools.product([-1, 1], repeat=8))) @ apart
    exact = np.mean(np.abs(flips) >= apart.sum() - 1e-12)
    found = paired_differences(two(apart, np.zeros(8)), [(0, 1)], resamples=200_000)
    assert found.p[0, 0] == pytest.approx(exact, abs=0.002)


def test_the_interval_agrees_with_scipys_bootstrap():
    apart = RNG.exponential(size=400) - 0.9
    ours = paired_differences(two(apart, np.zeros(400)), [(0, 1)])
    theirs = stats.bootstrap(
        (apart,), np.mean, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval
    assert (ours.low[0, 0], ours.high[0, 0]) == pytest.approx((theirs.low, theirs.high), abs=0.006)


def test_the_paired_p_agrees_with_students_t_for_many_users():
    first, second = RNG.beta(1, 2, 800), RNG.beta(1, 2, 800)
    found = paired_differences(two(first + 0.02, second), [(0, 1)])
    assert found.p[0, 0] == pytest.approx(stats.ttest_rel(first + 0.02, second).pvalue, abs=0.02)


@pytest.mark.parametrize("users", [25, 200])
def test_of_a_thousand_comparisons_without_a_difference_at_most_6_in_100_find_one(users):
    rng = np.random.default_rng(users)
    values = rng.beta(0.3, 1, (users, 2, 1000)) * (rng.random((users, 2, 1000)) < 0.6)
    found = paired_differences(values, [(0, 1)])
    assert 0.03 <= np.mean(found.p <= 0.05) <= 0.06
    words = [
        verdict(*row, 0.0)
        for row in zip(found.difference[0], found.low[0], found.high[0], found.p[0], strict=True)
    ]
    assert np.mean([word in ("better", "worse") for word in words]) <= 0.06


@pytest.mark.parametrize("users", [25, 200])
def test_the_interval_covers_a_known_difference_in_93_to_97_of_100(users):
    rng = np.random.default_rng(users + 1)
    values = rng.beta(0.5, 1, (users, 2, 1000))
    values[:, 0] = values[:, 0] * 0.5 + 0.3 * rng.beta(2, 2, (users, 1000)) + 0.1
    true = (1 / 3 * 0.5 + 0.3 * 0.5 + 0.1) - 1 / 3
    found = paired_differences(values, [(0, 1)])
    assert 0.93 <= np.mean((found.low <= true) & (true <= found.high)) <= 0.97


def test_a_difference_as_large_as_the_detectable_one_is_found_in_80_of_100():
    rng = np.random.default_rng(3)
    spread, users = 0.2, 150
    noise = rng.normal(0, spread, (users, 1000))
    true = (1.959964 + 0.841621) * spread / users**0.5
    found = paired_differences(np.stack([noise + true, np.zeros_like(noise)], axis=1), [(0, 1)])
    assert np.mean(found.p <= 0.05) == pytest.approx(0.8, abs=0.04)


def test_with_ten_equal_entries_holm_keeps_false_alarms_of_all_45_pairs_together_below_6_in_100():
    rng = np.random.default_rng(8)
    pairs = list(itertools.combinations(range(10), 2))
    found = paired_differences(rng.normal(size=(60, 10, 200)), pairs, resamples=4000)
    assert np.mean((found.adjusted <= 0.05).any(axis=0)) <= 0.06


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm(np.array([[0.5], [0.9]])).ravel().tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.02, 0.01, 0.03, 0.001, 0.005), "better"),
        ((-0.02, -0.03, -0.01, 0.001, 0.005), "worse"),
        ((0.02, -0.01, 0.05, 0.2, 0.005), "not distinguishable"),
        ((0.02, 0.001, 0.05, 0.2, 0.005), "not distinguishable"),
        ((0.001, -0.001, 0.003, 0.4, 0.005), "too small to matter"),
        ((0.004, 0.001, 0.007, 0.001, 0.005), "too small to matter"),
        ((0.001, 0.0005, 0.002, 0.001, 0.0), "better"),
        ((0.0, 0.0, 0.0, 1.0, 0.0), "too small to matter"),
        ((0.1, float("nan"), float("nan"), 1.0, 0.0), "not distinguishable"),
    ],
)
def test_a_verdict_has_four_words(numbers, said):
    assert verdict(*numbers) == said


def test_where_less_is_better_a_rise_is_worse():
    assert verdict(0.02, 0.01, 0.03, 0.001, 0.005, lower_is_better=True) == "worse"


def test_sums_are_exact_whatever_the_order_of_users_and_metrics():
    values = RNG.beta(1, 2, (501, 3, 2))
    whole, unit = on_grid(values)
    assert np.array_equal(whole, np.rint(whole))
    assert np.abs(whole * unit - values).max() < 1e-11
    forwards, backwards = whole.reshape(501, -1).sum(axis=0), whole[::-1].reshape(501, -1).sum(axis=0)
    assert np.array_equal(forwards, backwards)
    assert 501 * whole.max() < 2**52


def test_the_result_does_not_depend_on_the_number_of_threads_or_on_other_metrics():
    threadpoolctl = pytest.importorskip("threadpoolctl", reason="sets the number of threads")
    values = RNG.beta(1, 2, (1003, 4, 3))
    pairs = [(0, 1), (2, 3)]
    found = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads):
            found.append(paired_differences(values, pairs))
    assert all(
        np.array_equal(getattr(found[0], name), getattr(found[1], name)) for name in ("low", "high", "p")
    )
    alone = paired_differences(values[:, :, 1:2], pairs)
    assert np.array_equal(alone.low[:, 0], found[0].low[:, 1])
    assert np.array_equal(alone.p[:, 0], found[0].p[:, 1])


def test_the_same_seed_draws_the_same_resamples():
    whole = np.arange(30.0).reshape(10, 3)
    rows = {f: f(whole, 50, np.random.default_rng(1)) for f in (bootstrap_sums, flipped_sums)}
    assert set(np.unique(rows[flipped_sums][:, 0] % 1)) == {0.0}
    for function, sums in rows.items():
        again = function(whole, 50, np.random.default_rng(1))
        assert np.array_equal(sums, again)
    assert rows[bootstrap_sums].mean(axis=0) == pytest.approx(whole.sum(axis=0), rel=0.2)


def test_users_for_whom_a_metric_is_not_defined_do_not_count_for_it():
    values = RNG.beta(1, 2, (40, 2, 2))
    values[:15, :, 1] = np.nan
    found = paired_differences(values, [(0, 1)])
    alone = paired_differences(values[15:, :, 1:], [(0, 1)])
    assert found.users.tolist() == [[40.0, 25.0]]
    assert found.low[0, 1] == alone.low[0, 0]


def test_one_person_alone_proves_nothing():
    found = paired_differences(two([0.9], [0.1]), [(0, 1)])
    assert np.isnan(found.low[0, 0])
    assert found.adjusted[0, 0] == 1.0


def test_more_users_than_memory_could_resample_ten_thousand_times_get_fewer_resamples():
    assert [enough(n) for n in (10, 6040, 10**6, 10**9)] == [10_000, 10_000, 2_000, 1_000]


def test_the_levels_of_the_interval_widen_for_few_users_and_are_the_usual_for_many():
    assert interval_levels(10)[0] < 0.015
    assert interval_levels(10**6) == pytest.approx((0.025, 0.975), abs=1e-4)


def test_students_paired_t_agrees_with_scipy_and_leaves_out_who_has_no_figure():
    values = RNG.beta(1, 2, (30, 3))
    values[4, 1] = np.nan
    found = by_student(values, [(0, 2), (1, 2)])
    kept = np.delete(values, 4, axis=0)
    theirs = stats.ttest_rel(kept[:, 1], kept[:, 2])
    assert found["p"][1] == pytest.approx(theirs.pvalue)
    interval = theirs.confidence_interval(0.95)
    assert (found["low"][1], found["high"][1]) == pytest.approx((interval.low, interval.high))
    same = by_student(np.ones((5, 2)), [(0, 1)])
    assert (same["p"][0], same["low"][0]) == (1.0, 0.0)
    assert np.isnan(by_student(np.ones((1, 2)), [(0, 1)])["p"][0])
