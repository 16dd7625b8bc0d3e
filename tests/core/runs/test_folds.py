import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from scipy import stats

import palate
from palate import Ranking, Run, Training
from palate.arrays.topk import top_k
from palate.cli import main
from palate.plan import compile_plan
from palate.recipe import load_recipe
from palate.registry import installed
from palate.runs import fit, run
from palate.store import Store

SPLITS = {
    "k-fold": {"use": "k-fold", "folds": 3, "validation": 0.2},
    "users": {"use": "k-fold", "folds": 3, "of": "users", "given": 3, "validation": 0.2},
    "rolling": {"use": "rolling", "windows": 3, "test": 0.15, "validation": 0.2},
    "repeated": {"use": "repeated", "times": 2, "validation": 0.2},
}


@pytest.fixture(params=SPLITS)
def split(request, recipe):
    recipe["data"]["split"] = SPLITS[request.param]
    return recipe


@pytest.fixture
def where(tmp_path):
    return {"folder": tmp_path / "runs", "store": tmp_path / "store"}


def test_each_fold_is_evaluated_and_a_user_counts_once_in_the_table(split, where):
    done = run(split, **where)
    assert [fold.folder.name for fold in done.folds] == ["1", "2", "3"][: len(done.folds)]
    assert len(done.folds) == len(done.results["folds"]) > 1
    for name in ("linear", "popular", "hybrid"):
        frames = [fold.per_user.filter(row=name) for fold in done.folds]
        stacked = pl.concat(frames).group_by("user").agg(pl.col("ndcg@5").mean()).sort("user")
        means = stacked["ndcg@5"].to_numpy()
        (row,) = (row for row in done.results["rows"] if row["name"] == name)
        low, high = stats.t.interval(0.95, len(means) - 1, means.mean(), stats.sem(means))
        found = row["metrics"]["ndcg@5"]
        assert (found["value"], found["low"], found["high"]) == pytest.approx(
            (means.mean(), low, high), abs=1e-9
        )
        coverage = np.mean([fold.metrics.filter(name=name)["coverage@5"].item() for fold in done.folds])
        assert row["metrics"]["coverage@5"] == {"value": pytest.approx(coverage)}
        own = done.per_user.filter(row=name).sort("user")
        assert own["ndcg@5"].to_numpy() == pytest.approx(means)
    assert done.results["evaluated"]["users"] == len(means)


def test_a_fold_is_what_the_same_split_alone_gives(recipe, where):
    """Rolling's last window is the temporal split's test part."""
    recipe["data"]["split"] = {"use": "rolling", "windows": 2, "test": 0.2, "validation": 0.2}
    folds = run(recipe, **where).folds
    recipe["data"]["split"] = {"use": "temporal", "test": 0.2, "validation": 0.2}
    alone = run(recipe, **where)
    assert folds[-1].metrics.drop("seconds", "peak_gb").equals(alone.metrics.drop("seconds", "peak_gb"))
    assert folds[-1].ranking("hybrid").equals(alone.ranking("hybrid"))


def test_the_run_keeps_the_last_folds_pipeline_and_is_not_computed_again(split, where):
    done = run(split, **where)
    assert done.ranking("hybrid").equals(done.folds[-1].ranking("hybrid"))
    assert done.ground_truth.users.equals(done.folds[-1].ground_truth.users)
    assert done.recommend(history=["thing 1"], k=3).height == 3
    assert run(split, **where).computed == 0
    again = run(split, **(where | {"folder": where["folder"] / "elsewhere"}))
    assert again.computed == 0
    assert again.results == done.results


def test_folds_are_planned_one_after_the_other_over_one_reading_of_the_data(recipe, where):
    recipe["data"]["split"] = SPLITS["k-fold"]
    plan = compile_plan(load_recipe(recipe), Store(where["store"]))
    names = [step.name for step in plan.steps if step.kept]
    assert names.count("data.source") == 1
    places = [names.index(f"data.split[{number}]") for number in (1, 2, 3)]
    assert places == sorted(places)
    assert names.index("hybrid.evaluate[1]") < names.index("data.split[2]")
    assert {"branches.linear.pool", "hybrid.pool"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_pipeline_for_use_is_fitted_on_all_data_whatever_the_folds(split, where):
    pipeline = fit(split, store=where["store"])
    assert pipeline.trained.all()


def test_protocols_of_folds_differ_and_that_of_the_run_stands_for_all(split, where):
    done = run(split, **where)
    prints = [each.results["protocol"]["fingerprint"] for each in (done, *done.folds)]
    assert len(set(prints)) == len(prints)


def test_recipes_are_compared_user_by_user_over_all_folds(split, where):
    one = run(split, **where)
    other = run(split, ["name=other", "branches.linear.rank.l2=500"], **where)
    found = palate.compare(one.folder, other.folder)
    a, b = (
        pl.concat([fold.per_user.filter(row="hybrid").with_columns(fold=pl.lit(at))
                   for at, fold in enumerate(each.folds)]) for each in (one, other)
    )  # fmt: skip
    both = a.join(b, on=["user", "fold"], suffix="_b").with_columns(
        gain=pl.col("ndcg@5_b") - pl.col("ndcg@5")
    )
    by_hand = both.group_by("user").agg(pl.col("gain").mean())["gain"].mean()
    at = found.paired.metrics.index("ndcg@5")
    values = found.paired.values[:, :, at]
    assert len(found.paired) == both["user"].n_unique()
    assert (values[:, 1] - values[:, 0]).mean() == pytest.approx(by_hand, abs=1e-12)


def test_tuning_pools_the_validation_parts_of_all_folds(recipe, where, tmp_path):
    recipe["data"]["split"] = SPLITS["k-fold"]
    del recipe["fuse"]
    l2 = {"search": "log", "low": 1, "high": 100}
    recipe["branches"] = {"linear": {"rank": {"use": "ease", "l2": l2}}}
    tuned = palate.tune(recipe, trials=2, output=tmp_path / "t.yaml", store=where["store"])
    for trial in tuned.trials.to_dicts():
        by_hand = _validated(recipe, trial["branches.linear.rank.l2"])
        assert trial["value"] == pytest.approx(by_hand, abs=1e-12)


def _validated(recipe, l2):
    """NDCG@5 on the validation parts, step by step: the mean over users of the mean over folds."""
    registry, by_user = installed(), {}
    source = dict(recipe["data"]["source"])
    dataset = registry.find("source", source.pop("use")).make(source).load()
    split = dict(recipe["data"]["split"])
    splitter = registry.find("splitter", split.pop("use")).make(split)
    for fold in splitter.split(dataset, np.random.default_rng(recipe["seed"])):
        users = fold.users(dataset, "validation")
        query, truth = fold.query(dataset, "validation"), fold.truth(dataset, "validation")
        training = Training(fold.training(dataset, "validation"), dataset.items, dataset.users)
        scores = registry.find("ranker", "ease").make({"l2": l2}).fit(training).score(query)
        ranking = Ranking(users, *top_k(scores, 5, query.history.matrix, query.ties(recipe["seed"])))
        values = registry.find("metric", "ndcg").make({"k": 5}).score(ranking, truth)
        for user, value in zip(users[truth.counts > 0].tolist(), values[truth.counts > 0], strict=True):
            by_user.setdefault(user, []).append(value)
    return np.mean([np.mean(values) for values in by_user.values()])


def test_the_tables_of_the_folds_are_shown_on_request(recipe, where, capsys):
    recipe["data"]["split"] = SPLITS["k-fold"]
    done = run(recipe, **where)
    assert main(["show", str(done.folder)]) == 0
    table = capsys.readouterr().out
    assert "30 users evaluated in 3 folds" in table
    assert "fold 1" not in table
    assert main(["show", str(done.folder), "--folds"]) == 0
    shown = capsys.readouterr().out
    assert [f"fold {number}" in shown for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert shown.endswith(table)


def test_a_run_of_one_fold_is_its_only_fold(recipe, where):
    done = run(recipe, **where)
    assert done.folds == [done]
    assert isinstance(done, Run)
    assert not (done.folder / "folds").exists()


def test_a_table_that_nobody_reads_on_is_no_error(recipe, where):
    done = run(recipe, **where)
    read, write = os.pipe()
    os.close(read)
    code = "import sys; from palate.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "show", str(done.folder), "--folds"]
    ended = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, "")
