import numpy as np
import polars as pl
import pytest

from palate.data import Dataset, Fold, Ranking
from palate.data import questions as module
from palate.data.questions import Questions
from palate.errors import DataError
from palate.evaluation import evaluate_each_event, pooled, summarise
from palate.registry import installed


def questions(repeats="discover"):
    """User 0 is asked for items 2, 3 and 4, user 1 for 3: four questions."""
    frame = pl.DataFrame({"user": [0, 0, 0, 0, 1, 1], "item": [0, 2, 3, 4, 1, 3], "time": [1, 5, 6, 7, 2, 8]})
    data = Dataset.from_frames(frame, pl.DataFrame({"id": range(6)}))
    test = data.interactions["time"].to_numpy() >= 5
    return Questions.of(data, Fold(Fold.from_masks(6, test=test).part, repeats), "test")


def ranking(rows):
    items = np.array(rows, np.int32)
    scores = np.tile(np.arange(items.shape[1], 0, -1, dtype=np.float32), (len(items), 1))
    return Ranking(np.array([0, 0, 0, 1], np.int32), items, scores)


def metrics(*names):
    registry = installed()
    found = {f"{name}@{k}": registry.find("metric", name).make({"k": k}) for name, k in names if k}
    return found | {name: registry.find("metric", name).make({}) for name, k in names if not k}


ROWS = [[2, 5], [5, 3], [5, 1], [3, 5]]  # found first, second, not at all, first
NDCG = 1 / np.log2(3)


@pytest.mark.parametrize("most", [1, 2, 100])
def test_values_are_means_over_a_users_events_and_then_over_all_events(monkeypatch, most):
    monkeypatch.setattr(module, "MOST", most)
    found = evaluate_each_event(ranking(ROWS), questions(), metrics(("ndcg", 2), ("hit-rate", 2), ("mrr", 2)))
    assert found.per_user.columns == ["user", "events", "ndcg@2", "hit-rate@2", "mrr@2"]
    assert found.per_user["user"].to_list() == [0, 1]
    assert found.per_user["events"].to_list() == [3, 1]
    assert found.per_user["ndcg@2"].to_list() == pytest.approx([(1 + NDCG) / 3, 1])
    assert found.per_user["mrr@2"].to_list() == pytest.approx([0.5, 1])
    assert found.summary["ndcg@2"].mean == pytest.approx((2 + NDCG) / 4)
    assert found.summary["hit-rate@2"].mean == pytest.approx(3 / 4)
    assert found.summary["hit-rate@2"].users == 2


def test_a_metric_of_all_rankings_together_sees_every_question():
    found = evaluate_each_event(ranking(ROWS), questions(), metrics(("coverage", 2)))
    assert found.overall["coverage@2"] == pytest.approx(4 / 6)


def test_the_interval_is_over_users_not_events():
    """By hand: M = 3/4; user 0 has w = 3/2 and v = 2/3, user 1 w = 1/2 and v = 1, so that w(v - M) = ∓1/8."""
    found = evaluate_each_event(ranking(ROWS), questions(), metrics(("hit-rate", 2))).summary["hit-rate@2"]
    spread = np.sqrt(2 / 64)
    assert found.high - found.mean == pytest.approx(12.706 * spread / np.sqrt(2), rel=1e-4)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_the_interval_covers_what_resampling_users_gives():
    rng = np.random.default_rng(3)
    events = rng.integers(1, 30, 300)
    values = np.clip(rng.normal(0.3, 0.2, 300) - events / 100, 0, 1)
    found = summarise(values, events)
    drawn = rng.integers(0, 300, (4000, 300))
    means = (values[drawn] * events[drawn]).sum(1) / events[drawn].sum(1)
    assert found.mean == pytest.approx((values * events).sum() / events.sum())
    low, high = np.quantile(means, (0.025, 0.975))
    assert found.low == pytest.approx(low, abs=0.003)
    assert found.high == pytest.approx(high, abs=0.003)


def test_users_with_as_many_events_each_give_the_usual_interval():
    values = np.array([0.1, np.nan, 0.4, 0.9])
    same, usual = summarise(values, np.full(4, 7)), summarise(values)
    assert (same.mean, same.low, same.high) == pytest.approx((usual.mean, usual.low, usual.high))
    assert same.users == usual.users == 3


def test_folds_count_a_user_by_their_events_in_all_of_them():
    """User 0: (3 · 2/3 + 3 · 0) / 6 = 1/3, user 1: (1 + 0) / 2; over events (2 + 1 + 0) / 8."""
    one = evaluate_each_event(ranking(ROWS), questions(), metrics(("hit-rate", 2)))
    none = evaluate_each_event(ranking([[5, 1]] * 4), questions(), metrics(("hit-rate", 2)))
    found = pooled([one, none])
    assert found.per_user["events"].to_list() == [6, 2]
    assert found.per_user["hit-rate@2"].to_list() == pytest.approx([1 / 3, 1 / 2])
    assert found.summary["hit-rate@2"].mean == pytest.approx(3 / 8)


def test_a_value_that_is_missing_in_one_fold_is_that_of_the_other():
    one = evaluate_each_event(ranking(ROWS), questions(), metrics(("hit-rate", 2)))
    other = pl.DataFrame({"user": one.per_user["user"], "events": [5, 5], "hit-rate@2": [float("nan")] * 2})
    found = pooled([one, type(one)(other, {}, {}, 0, 0)])
    assert found.per_user["hit-rate@2"].to_list() == pytest.approx([2 / 3, 1])


def test_where_everything_repeats_the_error_says_how_they_would_count():
    frame = pl.DataFrame({"user": [0, 0], "item": [0, 0], "time": [1, 5]})
    data = Dataset.from_frames(frame)
    asked = Questions.of(data, Fold.from_masks(2, test=np.array([False, True])), "test")
    empty = Ranking(np.zeros(0, np.int32), np.zeros((0, 1), np.int32), np.zeros((0, 1), np.float32))
    with pytest.raises(DataError, match=r"1 repeat items .* `repeats: allow` lets them count"):
        evaluate_each_event(empty, asked, metrics(("hit-rate", 1)))
