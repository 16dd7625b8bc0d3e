"""The event `run-finished`."""

import json
import re
import types

import pytest

import palate
from palate.cli import main
from palate.registry import installed
from palate.runs.together import run_together


@pytest.fixture
def finished():
    events = []
    installed().listen(types.SimpleNamespace(on_event=events.append))
    return lambda: [event.details for event in events if event.what == "run-finished"]


def test_a_run_tells_its_values_lineage_and_folder_computed_or_read(recipe, finished, tmp_path):
    places = {"folder": tmp_path / "runs", "store": tmp_path / "store"}
    run = palate.run(recipe, **places)
    palate.run(recipe, **places)
    first, again = finished()
    assert (first["recipe"], first["run"], first["final"]) == ("shop", run.folder.name, "hybrid")
    assert first["folder"] == str(run.folder)
    assert first["computed"] == run.computed > 0
    assert again["computed"] == 0
    values = {row["name"]: row["metrics"] for row in run.results["rows"]}
    assert {name: row["metrics"] for name, row in first["rows"].items()} == values
    assert first["lineage"] == run.lineage
    assert first["parameters"]["branches"]["linear"]["rank"]["l2"] == 5.0
    assert "branches.linear.fit" in first["steps"].values()


def test_runs_together_tell_of_each(recipe, finished, tmp_path):
    recipes = [palate.load_recipe(recipe, {"name": name}) for name in ("one", "two")]
    run_together(recipes, folder=tmp_path / "runs", store=tmp_path / "store")
    assert [told["recipe"] for told in finished()] == ["one", "two"]


def test_what_a_ranker_reports_as_numbers_is_told_with_the_step_of_the_run(recipe, tmp_path, monkeypatch):
    ease = installed().find("ranker", "ease").cls
    fit = ease.fit

    def reporting(self, training):
        for epoch in (1, 2):
            training.progress(epoch, 2, f"loss {1 / epoch}", loss=1 / epoch)
        return fit(self, training)

    monkeypatch.setattr(ease, "fit", reporting)
    events = []
    installed().listen(types.SimpleNamespace(on_event=events.append))
    recipe = recipe | {"branches": {"told": {"rank": "ease"}}}
    del recipe["fuse"]
    palate.run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    told = [event for event in events if event.values]
    assert [(event.done, event.values) for event in told] == [(1, {"loss": 1.0}), (2, {"loss": 0.5})]
    (finished,) = (event.details for event in events if event.what == "run-finished")
    assert {finished["steps"][event.fingerprint] for event in told} == {"branches.told.fit"}


def test_nothing_that_is_told_or_tracked_names_a_user(recipe, finished, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(json.dumps(recipe))
    assert main(["run", "shop.yaml", "--track", "jsonl:books/all.jsonl"]) == 0
    text = (tmp_path / "books" / "all.jsonl").read_text()
    assert '"event": "run-finished"' in text
    assert "branches.linear.fit" in text
    user = re.compile(r"\bp\d\d\b")
    assert user.search((tmp_path / "runs" / finished()[0]["run"] / "results.json").read_text())
    assert not user.search(text)


def test_a_tracker_that_is_not_there_is_refused_before_anything_runs(recipe, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(json.dumps(recipe))
    assert main(["run", "shop.yaml", "--track", "jsnl"]) == 2
    assert "'jsnl' is no tracker. Did you mean 'jsonl'?" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_broken_tracker_changes_neither_the_run_nor_its_exit_code(recipe, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(json.dumps(recipe))
    (tmp_path / "file").touch()
    assert main(["run", "shop.yaml", "--track", "jsonl:file/books.jsonl", "--json"]) == 0
    tracked = json.loads(capsys.readouterr().out)["rows"]
    assert main(["run", "shop.yaml", "--json", "--runs", "again"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == tracked
