"""The tracker `mlflow`, with a real store in a folder."""

import pytest

from palate.events import Event
from palate.tracking import drain, track

pytest.importorskip("mlflow", reason="palate[mlflow]")

from palate_mlflow.store import named
from palate_mlflow.tracker import MLflow, follow


def run_finished(run="shop-1", low=0.2):
    metrics = {"ndcg@10": {"value": 0.25, "low": low, "high": 0.3}, "auc": {"value": None}}
    return {
        "event": "run-finished", "recipe": "shop", "run": run, "folder": "/runs/shop-1", "fingerprint": "f",
        "protocol": "p", "final": "hybrid", "data": {"users": 3}, "lineage": {"seed": 7, "palate": "0.1"},
        "parameters": {"branches": {"linear": {"rank": {"use": "ease", "l2": 5.0}}}},
        "rows": {"hybrid": {"metrics": metrics, "seconds": 2.0}},
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture
def tracker(folder, request):
    return MLflow(f"file:{folder}#{request.node.name}")


def runs(tracker):
    """Runs by name, and the history of a metric of one of them."""
    found = tracker.store.client.search_runs([tracker.store.experiment])
    return {run.info.run_name: run for run in found}


def history(tracker, run, metric):
    return [(m.step, m.value) for m in tracker.store.client.get_metric_history(run.info.run_id, metric)]


def test_a_run_has_its_curves_parameters_metrics_and_lineage(tracker):
    tracker.receive({"event": "plan-started", "name": "shop", "runs": 1})
    for epoch, loss in enumerate((0.5, 0.25), 1):
        values = {"loss": loss}
        tracker.receive(
            {"event": "step-progress", "step": "branches.gru.fit", "number": epoch, "values": values}
        )
    tracker.receive({"event": "plan-finished"})
    tracker.receive(run_finished())
    found = runs(tracker)
    assert list(found) == ["shop-1"]
    run = found["shop-1"]
    assert history(tracker, run, "branches.gru.fit/loss") == [(1, 0.5), (2, 0.25)]
    assert run.data.params == {"branches.linear.rank.use": "ease", "branches.linear.rank.l2": "5.0"}
    assert run.data.metrics == {
        "ndcg_at_10": 0.25, "hybrid/ndcg_at_10": 0.25, "hybrid/ndcg_at_10 low": 0.2,
        "hybrid/ndcg_at_10 high": 0.3, "hybrid/seconds": 2.0, "branches.gru.fit/loss": 0.25,
    }  # fmt: skip
    tags = {"folder": "/runs/shop-1", "seed": "7", "counts.users": "3", "protocol": "p"}
    assert {name: run.data.tags[f"palate.{name}"] for name in tags} == tags
    assert run.info.status == "FINISHED"


def test_recipes_of_a_comparison_stand_below_it(tracker):
    tracker.receive({"event": "plan-started", "name": "a, b", "runs": 2})
    for name in ("a-1", "b-1"):
        tracker.receive(run_finished(name))
    pair = {
        "metric": "ndcg@10", "first": "a", "second": "b", "difference": 0.01, "low": 0.0, "high": 0.02,
        "adjusted": None,
    }  # fmt: skip
    about = {"names": ["a", "b"], "verdict": "a is better", "protocol": "p", "pairs": [pair]}
    tracker.receive({"event": "comparison-finished", **about})
    found = runs(tracker)
    whole = found.pop("a, b")
    assert whole.data.tags["mlflow.note.content"] == "a is better"
    assert whole.data.metrics["ndcg_at_10/a - b"] == 0.01
    assert {run.data.tags["mlflow.parentRunId"] for run in found.values()} == {whole.info.run_id}
    assert {run.info.status for run in runs(tracker).values()} == {"FINISHED"}


def test_trials_stand_below_their_study(tracker):
    tracker.receive({"event": "plan-started", "name": "study", "runs": 0})
    for number, value in enumerate((0.1, None)):
        trial = {
            "number": number, "metric": "ndcg@5", "value": value, "seconds": 1.0, "values": {"l2": number},
            "state": "complete" if value else "failed",
        }  # fmt: skip
        tracker.receive({"event": "trial-finished", "trial": trial})
    best = {"metric": "ndcg@5", "value": 0.1, "trial": 0, "values": {"l2": 0}}
    tracker.receive({"event": "tuning-finished", **best})
    found = runs(tracker)
    assert history(tracker, found["study"], "ndcg_at_5") == [(0, 0.1)]
    assert found["study"].data.metrics["best/ndcg_at_5"] == 0.1
    assert (found["trial 0"].data.params, found["trial 1"].info.status) == ({"l2": "0"}, "FAILED")


def test_a_plan_that_is_interrupted_ends_its_run_as_killed(tracker):
    tracker.receive({"event": "plan-started", "name": "shop", "runs": 1})
    tracker.receive({"event": "step-progress", "step": "fit", "number": 1, "values": {"loss": 1.0}})
    tracker.receive({"event": "plan-interrupted"})
    assert runs(tracker)["shop"].info.status == "KILLED"


def test_a_server_that_is_down_is_reported_and_nothing_else_happens(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with track("mlflow:http://127.0.0.1:9"):
        follow(Event("plan-started", details={"name": "shop"}))
        (said,) = drain()
    assert said.startswith("tracker 'mlflow': it failed (MlflowException: ")


def test_names_are_those_that_mlflow_allows():
    assert named("ndcg@10/a & b (c)") == "ndcg_at_10/a _ b _c_"
