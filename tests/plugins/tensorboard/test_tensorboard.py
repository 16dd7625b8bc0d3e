"""The tracker `tensorboard`, read back by TensorBoard's own reader."""

import pytest

from palate.events import Event
from palate.tracking import track

pytest.importorskip("tensorboardX", reason="palate[tensorboard]")
reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

from palate_tensorboard.tracker import TensorBoard, follow  # noqa: E402

METRICS = {"ndcg@10": {"value": 0.25, "low": 0.2, "high": 0.3}, "auc": {"value": None}}
RUN = {
    "recipe": "shop", "run": "shop-1234", "final": "hybrid", "parameters": {"seed": 7}, "lineage": {},
    "data": {}, "evaluated": {"users": 3}, "rows": {"hybrid": {"metrics": METRICS, "seconds": 2.0}},
}  # fmt: skip


def scalars(folder):
    """Steps and values of every curve in a folder, and the texts."""
    found = reader.EventAccumulator(str(folder)).Reload()
    curves = {
        tag: [(e.step, pytest.approx(e.value)) for e in found.Scalars(tag)] for tag in found.Tags()["scalars"]
    }
    return curves, found.Tags()["tensors"]


def test_curves_and_metrics_are_read_back(tmp_path):
    with track(f"tensorboard:{tmp_path}"):
        follow(Event("plan-started", details={"name": "shop & co"}))
        for epoch, loss in enumerate((0.5, 0.25), 1):
            values = {"loss": loss, "held_out": loss / 2}
            follow(Event("step-progress", "branches.gru.fit", epoch, 9, values=values))
        follow(Event("plan-finished"))
        follow(Event("run-finished", details=RUN))
    plan, run = sorted(tmp_path.iterdir(), key=lambda folder: folder.name != "shop-1234", reverse=True)
    assert plan.name.startswith("shop-co-20")
    assert scalars(plan)[0] == {
        "branches.gru.fit/loss": [(1, 0.5), (2, 0.25)], "branches.gru.fit/held_out": [(1, 0.25), (2, 0.125)],
    }  # fmt: skip
    curves, texts = scalars(run)
    assert curves == {"ndcg_at_10/hybrid": [(0, 0.25)], "seconds/hybrid": [(0, 2.0)]}
    assert "parameters/text_summary" in texts
    assert len(list(plan.iterdir())) == 1, "one file, whatever the number of epochs"


def test_trials_and_comparisons_are_read_back(tmp_path):
    writer = TensorBoard(str(tmp_path))
    writer.receive({"event": "plan-started", "name": "study", "time": "2026-01-02T03:04:05.678+00:00"})
    for number, value in enumerate((0.1, None, 0.3)):
        trial = {
            "number": number,
            "metric": "ndcg@5",
            "value": value,
            "seconds": 1.0,
            "values": {"l2": number},
        }
        writer.receive({"event": "trial-finished", "trial": trial})
    best = {"event": "tuning-finished", "metric": "ndcg@5", "value": 0.3, "trial": 2, "values": {"l2": 2}}
    writer.receive(best)
    curves, _ = scalars(tmp_path / "study-2026-01-02T030405")
    assert curves["trials/ndcg_at_5"] == [(0, 0.1), (2, 0.3)]
    assert curves["best/ndcg_at_5"] == [(2, 0.3)]
    pair = {"metric": "ndcg@5", "first": "a", "second": "b", "difference": 0.01}
    about = {"names": ["a", "b"], "verdict": "a is better", "table": [], "pairs": [pair]}
    writer.receive({"event": "comparison-finished", **about})
    curves, texts = scalars(tmp_path / "compare-a-b")
    assert list(curves) == ["ndcg_at_5/a_-_b"]
    assert "verdict/text_summary" in texts
