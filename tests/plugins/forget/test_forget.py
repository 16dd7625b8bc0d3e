"""One user leaves everything, to the last byte, and what stays is what would be without them."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing

import numpy as np
import polars as pl
import pytest

from palate.errors import PalateError, StoreError, UnknownItem, UnknownUser
from palate.holding import Hold
from palate.runs import Run, run
from palate_forget import check_receipt, forget, read_key
from palate_forget.run_leaving import RunLeaving

USER = "marker-user-7f3a"


def scores(folder):
    """Every value of a run that a user can see, and the scores of each ranker for all users in common."""
    found = Run(folder)
    pipeline = found.pipeline
    query = pipeline.lookup.known(np.arange(pipeline.users.height, dtype=np.int32))
    branches = {branch.name: branch.score(query) for branch in pipeline.branches}
    return found.metrics.drop("seconds", "peak_gb"), found.per_user, branches, pipeline


@pytest.fixture
def written(place, palate, hybrid):
    """Everything that palate writes about users beside the run: a comparison, vectors, an export, a log."""
    import palate_compare
    from palate_serve.event import Event
    from palate_serve.event_log import EventLog, Post

    out = place.folder / "out"
    out.mkdir()
    found = palate_compare.compare(place.run, branches=True, folder=place.runs, store=place.store)
    found.write(out / "report.html")
    found.write(out / "report.json")
    assert palate("-q", "profile", place.run, "-o", out / "vectors.parquet")[0] == 0
    assert palate("-q", "export-rankings", place.run, "-o", out / "export.csv")[0] == 0
    _, said, _ = palate("-q", "run", write_recipe(place.folder, hybrid()), "--runs", place.runs)
    (out / "printed.log").write_text(f"begun\nFor user {USER}, whose latest items were i01:\nended\n{said}")
    (out / "lines.jsonl").write_text(json.dumps({"user": USER}) + '\n{"user": "u001"}\n')
    events = [(USER, Event("i03", 1.0)), ("u001", Event("i04", 2.0))]
    with closing(EventLog(place.runs / "events.sqlite")) as log:
        log.append([Post(events, 3.0, "a key", "digest"), Post(events[1:], 3.0)])
    return place


def write_recipe(folder, recipe):
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    return path


def state(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_user_leaves_every_file_as_a_dry_run_says_and_the_rest_stays(written, key, traces):
    before = state(written.folder)
    would = forget(written.run, [USER], key=key, also=[written.folder / "out"], dry_run=True)
    assert state(written.folder) == before
    had = {name.split("/")[0] for name, _ in traces(written.folder)}
    assert had == {"runs", "store", "out"}
    exported = pl.read_csv(written.folder / "out" / "export.csv")
    done = forget(written.run, [USER], key=key, also=[written.folder / "out"])
    assert traces(written.folder) == set()
    assert set(would.removals) == set(done.removals)
    assert {each.what for each in done.removals} == {"run", "artifact", "event log", "table", "log", "file"}
    left = pl.read_csv(written.folder / "out" / "export.csv")
    assert left.equals(exported.filter(pl.col("user") != USER))
    assert "u001" in pl.read_parquet(written.folder / "out" / "vectors.parquet")["id"]
    assert (written.folder / "out" / "lines.jsonl").read_text() == '{"user": "u001"}\n'
    assert (written.folder / "out" / "printed.log").read_text().startswith("begun\nended\n")
    from palate_serve import kept_events

    assert kept_events(written.runs / "events.sqlite")["user"].to_list() == ["u001", "u001"]


def test_what_stays_is_what_a_fit_without_the_user_gives(place, key, hybrid, tmp_path):
    forget(place.run, [USER], key=key)
    apart = run(hybrid("left.csv"), folder=tmp_path / "apart", store=tmp_path / "apart-store")
    metrics, per_user, branches, pipeline = scores(place.run)
    expected = scores(apart.folder)
    assert pipeline.users.equals(expected[3].users)
    assert metrics.equals(expected[0])
    assert per_user.equals(expected[1])
    assert branches.keys() == {"content", "knn", "ease"}
    for name in ("content", "knn"):
        assert np.array_equal(branches[name], expected[2][name]), name
    assert np.abs(branches["ease"] - expected[2]["ease"]).max() <= 1e-5 * np.abs(expected[2]["ease"]).max()
    assert pipeline.fuser == expected[3].fuser
    assert Run(place.run).ranking("hybrid").equals(apart.ranking("hybrid"))


def test_running_the_recipe_of_the_run_again_computes_nothing_and_brings_nobody_back(place, key, traces):
    forget(place.run, [USER], key=key, refit=True)
    again = run(place.run / "recipe.yaml", folder=place.runs, store=place.store)
    assert again.computed == 0
    assert USER not in again.pipeline.users["id"]
    assert traces(place.folder) == set()


def test_a_run_whose_rankers_were_updated_can_be_run_updated_and_forgotten_from_again(place, key, hybrid):
    forget(place.run, [USER], key=key)
    again = run(place.run / "recipe.yaml", folder=place.runs, store=place.store)
    assert again.ranking("hybrid").equals(Run(place.run).ranking("hybrid"))
    done = forget([place.run, again.folder], ["u003"], key=key)
    for folder in (place.run, again.folder):
        assert done.rankers[str(folder)]["branches.ease.fit"] is None
        assert not {USER, "u003"} & set(Run(folder).pipeline.users["id"])


def test_the_signed_list_says_how_much_went_and_not_who(place, key):
    done = forget(place.run, [USER], key=key)
    said = check_receipt(done.receipt, read_key(key))
    assert said["removed"]["run"] == {"whole": 1, "rows": 0}
    assert said["removed"]["artifact"]["whole"] >= 22
    assert said["runs"] == [place.run.name]
    text = done.receipt.read_text() + done.list_file.read_text()
    assert USER not in text
    done.receipt.write_text(done.receipt.read_text().replace('"whole": 1,', '"whole": 2,'))
    with pytest.raises(PalateError, match="has been changed since it was signed"):
        check_receipt(done.receipt, read_key(key))


STOPPED = """
import os, signal, sys
import palate.paths
from palate_forget import artifacts, forget, run_leaving
stage, run, key, store = sys.argv[1:]
end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if stage == "once replaced":
    whole = palate.paths.exchanged
    palate.paths.exchanged = lambda one, other: whole(one, other) and end()
elif stage == "half removed":
    first = artifacts.remove
    def remove(store, entry, done=[]):
        end() if len(done) == 3 else done.append(first(store, entry))
    artifacts.remove = remove
forget(run, ["marker-user-7f3a"], key=key, store=store)
"""


@pytest.mark.parametrize("stage", ["once replaced", "half removed"])
def test_one_that_is_killed_leaves_a_whole_run_and_is_completed_by_the_same_call(place, key, traces, stage):
    words = [stage, place.run, key, place.store]
    killed = subprocess.run([sys.executable, "-c", STOPPED, *map(str, words)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert USER not in Run(place.run).pipeline.users["id"]
    assert USER not in Run(place.run).ground_truth.users["id"]
    artifacts = set(place.store.glob("artifacts/*/*"))
    assert forget(place.run, [USER], key=key).removals
    assert traces(place.folder) == set()
    assert set(place.store.glob("artifacts/*/*")) < artifacts
    assert [path for path in place.runs.iterdir() if path.name.startswith(".")] == []


def test_where_fitting_fails_nothing_has_changed(place, key, monkeypatch):
    def fails(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(RunLeaving, "write_anew", fails)
    with pytest.raises(StoreError, match="the disk is full"):
        forget(place.run, [USER], key=key)
    assert not (place.runs / "excluded.txt").exists()
    assert USER in Run(place.run).pipeline.users["id"]


def test_an_unknown_user_is_named_and_nothing_is_touched(place, key):
    before = sorted(place.folder.rglob("*"))
    with pytest.raises(UnknownUser, match=r"no such users in .*'nobody'; nothing was touched"):
        forget(place.run, [USER, "nobody"], key=key)
    with pytest.raises(UnknownItem, match=r"no such items in .*'nothing'"):
        forget(place.run, items=["nothing"], key=key)
    assert sorted(place.folder.rglob("*")) == before
    assert USER in Run(place.run).pipeline.users["id"]


def test_a_user_named_twice_is_forgotten_once_and_again_without_harm(place, key):
    assert [each.what for each in forget(place.run, [USER, USER], key=key).removals].count("run") == 1
    assert forget(place.run, [USER], key=key).removals == ()


def test_what_a_language_model_wrote_of_users_goes_and_of_items_stays(place, key):
    written = [place.store / "answers" / of / "key" / "1.jsonl" for of in ("users", "items")]
    for path in written:
        path.parent.mkdir(parents=True)
        path.write_text("{}\n")
    found = forget(place.run, [USER], key=key, store=place.store).removals
    assert [each.path for each in found if each.what == "profile"] == [str(written[0])]
    assert [path.exists() for path in written] == [False, True]


def test_an_item_leaves_as_if_it_had_never_been_in_the_catalogue(place, key):
    forget(place.run, items=["i03"], key=key)
    pipeline = Run(place.run).pipeline
    assert "i03" not in pipeline.items.ids
    assert "i04" in pipeline.items.ids
    assert "i03" not in Run(place.run).ranking("hybrid")["item"]


def test_a_run_that_is_served_is_not_changed(place, key):
    from palate_serve.opening import open_run

    served = open_run(place.run)
    with pytest.raises(PalateError, match="is being served"):
        forget(place.run, [USER], key=key)
    served.held.release()
    held = Hold(place.run)
    with pytest.raises(PalateError, match="is being served"):
        forget(place.run, [USER], key=key)
    held.release()


def test_what_is_wrong_is_all_said_before_anything_is_touched(place, key, tmp_path):
    (place.run / "notes.txt").write_text("mine")
    with pytest.raises(PalateError) as found:
        forget([place.run, tmp_path / "none"], [USER], key=key)
    assert "notes.txt" in str(found.value)
    assert f"{tmp_path / 'none'} is not a run" in str(found.value)
    (place.run / "notes.txt").unlink()
    (place.run / "key").write_bytes(key.read_bytes())
    os.chmod(place.run / "key", 0o600)
    with pytest.raises(PalateError, match="palate did not write"):
        forget(place.run, [USER], key=place.run / "key")
    (place.run / "key").rename(place.store / "key")
    with pytest.raises(PalateError, match="keep it outside of runs and stores"):
        forget(place.run, [USER], key=place.store / "key")


def test_other_runs_that_have_the_user_are_named(place, key, hybrid):
    other = run(hybrid() | {"name": "other"}, folder=place.runs, store=place.store)
    done = forget(place.run, [USER], key=key)
    assert any(str(other.folder) in said for said in done.warnings)
    assert any("are yours, and not changed" in said for said in done.warnings)
    done = forget([place.run, other.folder], [USER], key=key)
    assert not any("other runs" in said for said in done.warnings)
    assert USER not in Run(other.folder).pipeline.users["id"]
