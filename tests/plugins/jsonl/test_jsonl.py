"""The tracker `jsonl`: trials and comparisons, a line each."""

import json

import pytest

import palate
from palate.events import Event
from palate.tracking import track
from palate_jsonl.tracker import follow


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_record_is_a_line_behind_those_there_are(tmp_path):
    path = tmp_path / "a" / "b.jsonl"
    for name in ("über", "two"):
        with track(f"jsonl:{path}"):
            follow(Event("plan-started", details={"name": name}))
    assert [line["name"] for line in lines(path)] == ["über", "two"]


def test_trials_of_a_study_and_its_best_arrive(recipe, tmp_path):
    pytest.importorskip("optuna")
    space = {"search": "choice", "values": [1.0, 50.0]}
    recipe = recipe | {"branches": {"linear": {"rank": {"use": "ease", "l2": space}}}}
    del recipe["fuse"]
    with track(f"jsonl:{tmp_path / 'x.jsonl'}"):
        places = {"store": tmp_path / "store", "output": tmp_path / "t.yaml"}
        tuned = palate.tune(recipe, trials=2, sampler="grid", **places)
    found = lines(tmp_path / "x.jsonl")
    trials = [line["trial"] for line in found if line["event"] == "trial-finished"]
    assert {float(trial["values"]["branches.linear.rank.l2"]) for trial in trials} == {1.0, 50.0}
    assert {trial["state"] for trial in trials} == {"complete"}
    assert (found[-1]["event"], found[-1]["value"]) == ("tuning-finished", tuned.value)


def test_a_comparison_arrives_with_its_verdict_and_pairs(recipe, tmp_path):
    other = recipe | {"name": "other", "fuse": "rrf"}
    with track(f"jsonl:{tmp_path / 'x.jsonl'}"):
        found = palate.compare(recipe, other, folder=tmp_path / "runs", store=tmp_path / "store")
    told = lines(tmp_path / "x.jsonl")
    assert [line["recipe"] for line in told if line["event"] == "run-finished"] == ["shop", "other"]
    assert (told[0]["event"], told[0]["runs"]) == ("plan-started", 2)
    assert told[-1]["event"] == "comparison-finished"
    assert told[-1]["verdict"] == found.verdict
    assert len(told[-1]["pairs"]) == found.pairs.height
