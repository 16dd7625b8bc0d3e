import numpy as np
import polars as pl
import pytest
from scipy import stats

from palate.evaluation import Evaluation, pooled, summarise

NAN = float("nan")


def evaluation(users, values, coverage=0.0, **counts):
    frame = pl.DataFrame(
        {"user": pl.Series(users, dtype=pl.Int32), "ndcg": pl.Series(values, dtype=pl.Float64)}
    )
    return Evaluation(
        frame, {"ndcg": summarise(frame["ndcg"].to_numpy())}, {"coverage": coverage},
        counts.get("excluded", 0), counts.get("seen_again", 0),
    )  # fmt: skip


def test_a_user_counts_once_with_the_mean_of_the_folds_that_have_a_value():
    folds = [
        evaluation([0, 1, 2], [1, 0, 0.5], 0.2, excluded=1),
        evaluation([1, 2, 4], [1, NAN, NAN], 0.6, seen_again=2),
    ]
    found = pooled(folds)
    assert found.per_user["user"].to_list() == [0, 1, 2, 4]
    assert found.per_user["ndcg"].to_list()[:3] == [1, 0.5, 0.5]
    assert np.isnan(found.per_user["ndcg"][3])
    assert found.summary["ndcg"].mean == pytest.approx(2 / 3)
    assert (found.summary["ndcg"].users, found.excluded, found.seen_again) == (3, 1, 2)
    assert found.overall == {"coverage": pytest.approx(0.4)}


def test_the_interval_is_one_over_users_however_many_folds_they_stand_in():
    rng = np.random.default_rng(0)
    taste = rng.random(50)
    folds = [rng.choice(50, 30, replace=False) for _ in range(6)]
    values = [np.clip(taste[users] + rng.normal(0, 0.1, 30), 0, 1) for users in folds]
    found = pooled([evaluation(*each) for each in zip(folds, values, strict=True)]).summary["ndcg"]
    by_user = {}
    for users, figures in zip(folds, values, strict=True):
        for user, value in zip(users.tolist(), figures.tolist(), strict=True):
            by_user.setdefault(user, []).append(value)
    means = np.array([np.mean(own) for own in by_user.values()])
    low, high = stats.t.interval(0.95, len(means) - 1, means.mean(), stats.sem(means))
    assert (found.mean, found.low, found.high) == pytest.approx((means.mean(), low, high), abs=1e-12)
    naive = stats.sem(np.concatenate(values)) * 2
    assert (found.high - found.low) / 2 > 1.2 * naive, "180 values of 50 users are not 180 users"


def test_the_interval_holds_the_truth_as_often_as_it_says_for_users_in_all_folds():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(300):
        taste = rng.beta(2, 3, 40)  # mean 0.4
        folds = [evaluation(range(40), (rng.random(40) < taste).astype(float)) for _ in range(5)]
        found = pooled(folds).summary["ndcg"]
        inside += found.low <= 0.4 <= found.high
    assert 273 <= inside <= 297, "95% of 300 is 285, standard deviation 3.8"
