"""Comparing runs that ask for each event: users are paired and resampled, and count by their events."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from palate import compare
from palate.errors import DataError
from palate_compare.paired_differences import by_student, paired_differences
from palate_compare.pairing import pool
from palate_compare.protocols import ProtocolMismatch
from palate_compare.weighting import mean_over

VALUES = np.array([[0.5, 0.2], [0.1, 0.3], [0.9, 0.4], [0.6, 0.6], [0.3, 0.0]])[:, :, None]
EVENTS = np.array([1.0, 4, 2, 10, 3])
APART = VALUES[:, 0, 0] - VALUES[:, 1, 0]
MEAN = (APART * EVENTS).sum() / EVENTS.sum()


def test_a_difference_is_one_of_means_over_events():
    found = paired_differences(VALUES, [(0, 1)], resamples=2000, events=EVENTS)
    assert found.difference[0, 0] == pytest.approx(MEAN)
    assert found.second[0, 0] == pytest.approx((VALUES[:, 1, 0] * EVENTS).sum() / 20)
    rest = EVENTS / 4 * (APART - MEAN)
    assert found.effect[0, 0] == pytest.approx(MEAN / np.sqrt((rest**2).sum() / 4))
    assert found.users[0, 0] == 5


def test_p_is_the_share_of_sign_flips_of_whole_users():
    found = paired_differences(VALUES, [(0, 1)], resamples=100_000, events=EVENTS)
    sums = [abs(np.dot(signs, APART * EVENTS)) for signs in product((-1, 1), repeat=5)]
    exact = np.mean(np.array(sums) >= abs((APART * EVENTS).sum()) - 1e-12)
    assert found.p[0, 0] == pytest.approx(exact, abs=0.01)


def test_the_interval_is_that_of_resampling_users_with_all_their_events():
    rng = np.random.default_rng(4)
    events = rng.integers(1, 40, 500).astype(float)
    values = rng.random((500, 2, 1)) * 0.3
    values[:, 0, 0] += 0.05 + events / 400
    found = paired_differences(values, [(0, 1)], events=events)
    drawn = rng.integers(0, 500, (8000, 500))
    apart = values[:, 0, 0] - values[:, 1, 0]
    means = (apart[drawn] * events[drawn]).sum(1) / events[drawn].sum(1)
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx(
        tuple(np.quantile(means, (0.025, 0.975))), abs=1e-3
    )
    student = by_student(values[:, :, 0], [(0, 1)], events)
    assert (student["low"][0], student["high"][0]) == pytest.approx(
        (found.low[0, 0], found.high[0, 0]), abs=1e-3
    )


def test_users_with_as_many_events_each_are_compared_as_without():
    same = paired_differences(VALUES, [(0, 1)], events=np.full(5, 3.0))
    usual = paired_differences(VALUES, [(0, 1)])
    for name in ("difference", "low", "high", "p", "effect", "detectable", "second"):
        assert getattr(same, name) == pytest.approx(getattr(usual, name))


def test_folds_are_pooled_by_events():
    parts = [
        (pl.Series(["a", "b"]), np.array([[[0.5]], [[0.2]]]), np.array([3.0, 1])),
        (pl.Series(["b"]), np.array([[[0.8]]]), np.array([2.0])),
    ]
    users, values, events = pool(parts)
    assert users.to_list() == ["a", "b"]
    assert values.ravel() == pytest.approx([0.5, 0.6])
    assert events.tolist() == [3, 3]


def test_a_mean_leaves_missing_values_out_and_is_missing_without_any():
    assert mean_over(np.array([[1.0, np.nan], [4, np.nan]]), np.array([2.0, 1])).tolist()[0] == 2
    assert np.isnan(mean_over(np.array([[np.nan]]), None)).all()


@pytest.fixture(scope="module")
def found(single, fused, tmp_path_factory):
    folder = tmp_path_factory.mktemp("each")
    return compare(single, fused, settings=["ask=each-event"], folder=folder / "runs", store=folder / "store")


def test_its_values_are_those_of_the_runs(found):
    for entry in found.entries:
        (each,) = entry.evaluations
        value, row = (
            each.run.metrics.filter(name=each.row)["ndcg@5"].item(),
            found.table.filter(name=entry.name),
        )
        assert row["ndcg@5"].item() == pytest.approx(value)
        (own,) = (own for own in found.as_dict()["entries"] if own["name"] == entry.name)
        (line,) = (line for line in each.run.results["rows"] if line["name"] == each.row)
        assert own["metrics"]["ndcg@5"] == pytest.approx(line["metrics"]["ndcg@5"])
        assert own["folds"][0]["value"] == pytest.approx(value)
    pair = found.pairs.filter(metric="ndcg@5").row(0, named=True)
    table = dict(zip(found.table["name"], found.table["ndcg@5"], strict=True))
    assert pair["difference"] == pytest.approx(table[pair["first"]] - table[pair["second"]])
    assert "events" not in found.pairs["metric"].unique()


def test_it_says_that_each_event_was_asked_for(found):
    events = found.as_dict()["events"]
    assert events > len(found.paired) > 0
    assert f"{events:,} events" in found.to_markdown()
    assert f"users with {events:,} events, each asked after all before it" in found.to_html()
    assert "asking" in found.protocol.parts


def test_segments_are_of_users(found, single, fused, tmp_path):
    kinds = set(found.segments["dimension"])
    assert "items" not in kinds
    assert {"history length", "user activity"} <= kinds
    line = found.segments.filter(dimension="users", segment="in training").row(0, named=True)
    assert line["mean"] == pytest.approx(found.table.filter(name=line["name"])["ndcg@5"].item())
    with pytest.raises(DataError, match=r"item:kind needs the ranking of every question"):
        compare(*(each.evaluations[0].run.folder for each in found.entries), segment=["item:kind"])


def test_runs_that_ask_in_other_ways_are_not_compared(found, single, tmp_path):
    once = compare(single, single | {"name": "again"}, folder=tmp_path / "runs", store=tmp_path / "store")
    one, other = (each.entries[0].evaluations[0].run.folder for each in (found, once))
    with pytest.raises(ProtocolMismatch, match="asking: 'each event of the test part"):
        compare(one, other)


def test_a_ranking_from_a_file_has_one_answer_a_user_and_is_refused(found, tmp_path):
    run = found.entries[0].evaluations[0].run
    run.ranking("linear").select("user", "item", "rank").write_csv(tmp_path / "other.csv")
    with pytest.raises(DataError, match="a file has one ranking a user"):
        compare(run.folder, imports={"theirs": tmp_path / "other.csv"})
