import os
import signal
import subprocess
import sys
import textwrap

import pytest
import yaml

from palate.errors import ComponentError
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.runs import fit, run
from palate.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def plan(recipe, store, settings=()):
    return compile_plan(load_recipe(recipe, settings), store)


def execute(plan):
    events = []
    return Execution(plan, events.append).run(), events


def names(steps):
    return [step.name for step in steps if step.kept]


def test_a_second_execution_has_nothing_to_do(recipe, store):
    first, _ = execute(plan(recipe, store))
    assert len(first.computed) == len(names(plan(recipe, store).steps))
    second, _ = execute(plan(recipe, store))
    assert second.computed == []


def test_a_changed_option_runs_only_what_stands_on_it(recipe, store):
    execute(plan(recipe, store))
    changed = plan(recipe, store, ["branches.linear.rank.l2=9"])
    assert names(changed.missing()) == [
        "branches.linear.fit", "branches.linear.recommend", "branches.linear.evaluate",
        "branches.linear.fit@validation", "fuse.tune", "hybrid.recommend", "hybrid.evaluate",
    ]  # fmt: skip


def test_a_new_metric_only_judges_again(recipe, store):
    recipe["fuse"] = {"use": "weighted"}
    execute(plan(recipe, store))
    changed = plan(recipe, store, ["evaluate=[recall@5, mrr@5]"])
    assert set(names(changed.missing())) == {
        "branches.linear.evaluate", "branches.popular.evaluate", "hybrid.evaluate"
    }  # fmt: skip


def test_the_order_of_keys_and_the_name_do_not_change_fingerprints(recipe, store):
    other = {key: recipe[key] for key in reversed(recipe)} | {"name": "other"}
    ours, theirs = plan(recipe, store), plan(other, store)
    assert [row.evaluation.fingerprint for row in ours.rows] == [
        row.evaluation.fingerprint for row in theirs.rows
    ]


def test_changed_data_change_everything(recipe, store, tmp_path, shop):
    execute(plan(recipe, store))
    events = tmp_path / "events.csv"
    events.write_text((shop / "events.csv").read_text() + "p00,1,5,99999999\n")
    changed = plan(recipe, store, {"data.source.interactions": str(events)})
    assert len(names(changed.missing())) == len(names(changed.steps))


def test_a_damaged_artifact_is_made_again_and_the_figures_stay(recipe, store):
    first, _ = execute(plan(recipe, store))
    planned = plan(recipe, store)
    before = first.value(planned.rows[0].evaluation).summary
    fitted = next(step for step in planned.steps if step.name == "branches.linear.fit")
    file = next(path for path in store.path(fitted.fingerprint).iterdir() if path.suffix == ".npy")
    file.write_bytes(file.read_bytes()[:-4])
    store.discard(planned.rows[0].ranking.fingerprint)
    store.discard(planned.rows[0].evaluation.fingerprint)
    again, events = execute(plan(recipe, store))
    assert any(event.what == "notice" and "damaged" in event.message for event in events)
    assert again.value(planned.rows[0].evaluation).summary == before


def test_events_count_the_steps_and_close_the_plan(recipe, store):
    _, events = execute(plan(recipe, store))
    assert (events[0].what, events[-1].what) == ("plan-started", "plan-finished")
    finished = [event for event in events if event.what == "step-finished"]
    assert all(event.seconds >= 0 and event.peak_bytes > 10**6 for event in finished)


def test_a_component_that_fails_is_named_with_its_step(recipe, store, monkeypatch):
    from palate_linear.ease import Ease

    def broken(self, training):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(Ease, "fit", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        execute(plan(recipe, store))
    assert caught.value.__notes__ == ["in step 'branches.linear.fit' of recipe 'shop'"]


def test_scores_of_the_wrong_shape_are_refused(recipe, store, monkeypatch):
    from palate_linear.ease import Ease

    monkeypatch.setattr(Ease, "score", lambda self, query: query.history.matrix.toarray()[:, :3])
    with pytest.raises(ComponentError, match=r"branch 'linear' must give scores as a float32 array of shape"):
        execute(plan(recipe, store))


def test_a_run_killed_in_the_middle_goes_on_where_it_stopped(recipe, tmp_path):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    script = textwrap.dedent("""
        import os, signal, sys
        from palate.plan import compile_plan
        from palate.plan.execute import Execution
        from palate.recipe import load_recipe
        from palate.store import Store
        from pathlib import Path
        def watch(event):
            if event.what == "step-started" and event.step == "fuse.tune":
                os.kill(os.getpid(), signal.SIGKILL)
        Execution(compile_plan(load_recipe(sys.argv[1]), Store(Path(sys.argv[2]))), watch).run()
    """)
    command = [sys.executable, "-c", script, str(tmp_path / "r.yaml"), str(tmp_path / "store")]
    assert subprocess.run(command, env=os.environ, check=False).returncode == -signal.SIGKILL
    rest = plan(recipe, Store(tmp_path / "store"))
    assert names(rest.missing())[0] == "fuse.tune"
    execution, _ = execute(rest)
    assert "branches.linear.fit" not in execution.computed


def test_the_same_numbers_whatever_the_number_of_threads(recipe, tmp_path):
    threadpoolctl = pytest.importorskip("threadpoolctl", reason="sets the number of threads")
    found = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads):
            done = run(recipe, folder=tmp_path / f"r{threads}", store=tmp_path / f"s{threads}")
        found.append(done.ranking("hybrid"))
    assert found[0].equals(found[1])


def test_the_order_of_rows_in_the_file_changes_nothing(recipe, tmp_path, shop):
    head, *rows = (shop / "events.csv").read_text().splitlines()
    (tmp_path / "turned.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    ours = run(recipe, folder=tmp_path / "a", store=tmp_path / "s")
    theirs = run(
        recipe,
        {"data.source.interactions": str(tmp_path / "turned.csv")},
        folder=tmp_path / "b",
        store=tmp_path / "t",
    )
    assert ours.ranking("hybrid").equals(theirs.ranking("hybrid"))


def test_fit_learns_from_everything(recipe, tmp_path):
    pipeline = fit(recipe, store=tmp_path / "s")
    assert pipeline.trained.all()
    assert pipeline.history.counts.sum() == 270


def test_a_cleaner_that_counts_what_trains_comes_after_the_split(recipe, store):
    recipe["data"]["clean"] = [{"use": "min-interactions", "users": 3, "count": "training"}]
    found = plan(recipe, store)
    assert [block.name for block in found.fold.blocks][1:] == ["min-interactions"]
    execution, _ = execute(found)
    dataset, fold = execution.value(found.data), execution.value(found.fold)
    assert (fold.training(dataset, "validation").counts[fold.users(dataset, "test")] >= 3).all()
    everything = compile_plan(found.recipe, store, everything=True)
    assert [block.name for block in everything.fold.blocks] == ["min-interactions"]
    recipe["data"]["clean"] = [{"use": "min-interactions", "users": 3}]
    assert len(plan(recipe, store).fold.blocks) == 1
