import json

import polars as pl
import pytest

from palate import Run
from palate.errors import StoreError
from palate.runs import run


@pytest.fixture
def done(recipe, tmp_path):
    return run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")


def test_the_table_has_a_row_a_branch_and_one_for_the_hybrid(done):
    assert done.metrics["name"].to_list() == ["linear", "popular", "hybrid"]
    assert done.metrics.columns == ["name", "ndcg@5", "recall@5", "coverage@5", "seconds", "peak_gb"]


def test_popularity_stands_in_every_table(recipe, tmp_path):
    del recipe["branches"]["popular"], recipe["fuse"]
    done = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    assert done.metrics["name"].to_list() == ["linear", "popularity"]


def test_a_second_run_computes_nothing_and_shows_the_same(done, recipe, tmp_path):
    again = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    assert (done.computed > 0, again.computed) == (True, 0)
    assert again.results == done.results


def test_a_run_that_lost_its_folder_is_written_again_from_the_store(done, recipe, tmp_path):
    again = run(recipe, folder=tmp_path / "elsewhere", store=tmp_path / "store")
    assert again.computed == 0
    assert again.metrics.equals(done.metrics)


def test_another_seed_and_store_give_a_run_of_their_own(done, recipe, tmp_path):
    other = run(recipe | {"seed": 4}, folder=tmp_path / "runs", store=tmp_path / "store")
    assert other.folder != done.folder


def test_the_mean_of_the_users_is_the_figure_of_the_table(done):
    per_user = done.per_user.filter(row="linear")
    figure = done.metrics.filter(name="linear")["ndcg@5"].item()
    assert per_user["ndcg@5"].mean() == pytest.approx(figure, abs=1e-12)
    assert per_user["user"].dtype == pl.String


def test_a_finished_run_has_all_it_needs_in_its_folder(done):
    back = Run(done.folder)
    assert back.ranking("hybrid").columns == ["user", "rank", "item", "title", "score"]
    assert back.lineage["seed"] == 3
    assert back.lineage["plugins"]["ranker ease"].startswith("palate ")
    assert back.results["protocol"]["candidates"] == "all items"
    assert {"data.source", "fuse.tune", "hybrid.evaluate"} <= set(back.steps["name"])
    assert "shop" in back._repr_html_()


def test_the_resolved_recipe_in_the_folder_runs_again(done, tmp_path):
    again = run(done.folder / "recipe.yaml", folder=tmp_path / "runs", store=tmp_path / "store")
    assert again.folder == done.folder


def test_a_folder_that_is_no_run_is_said(tmp_path):
    with pytest.raises(StoreError, match=r"is not a run: it has no results\.json"):
        Run(tmp_path)


def test_results_are_json_without_nan(done):
    text = (done.folder / "results.json").read_text()
    assert "NaN" not in text
    json.loads(text)


EASE = {"rank": {"use": "ease", "l2": 5.0}}


def values(done, name):
    return done.metrics.filter(name=name).drop("name", "seconds", "peak_gb").row(0)


@pytest.mark.parametrize("name", ["popularity", "hybrid", "reranked", "fallback", "baseline", "validation"])
def test_a_branch_shows_its_own_values_whatever_its_name(recipe, tmp_path, name):
    where = {"folder": tmp_path / "runs", "store": tmp_path / "store"}
    recipe["fuse"] = {"use": "weighted"}
    recipe["fallback"] = "popularity"
    recipe["rerank"] = [{"use": "mmr", "diversity": 0.3}] if name == "reranked" else []
    rest = {"random": {"rank": "random"}}
    if recipe["rerank"]:
        rest["text"] = {"text": [{"use": "template", "template": "{kind}"}], "encode": "hash",
                        "aggregate": "mean", "rank": "cosine"}  # fmt: skip
    right = run(recipe | {"branches": {"linear": EASE, **rest}}, **where)
    done = run(recipe | {"branches": {name: EASE, **rest}}, **where)
    names = done.metrics["name"].to_list()
    assert len(set(names)) == len(names) == right.metrics.height
    for own, theirs in zip(names, right.metrics["name"], strict=True):
        assert values(done, own) == values(right, theirs)
        assert done.ranking(own).equals(right.ranking(theirs))
        assert done.per_user.filter(row=own).drop("row").equals(right.per_user.filter(row=theirs).drop("row"))
    assert done.results["final"] == names[-2]
    assert values(done, done.results["popularity"]) == values(right, "popularity")
    assert values(done, name) != values(done, done.results["popularity"])


def test_a_baseline_beside_a_branch_of_its_name_says_which_it_is(recipe, tmp_path):
    del recipe["fuse"]
    done = run(recipe | {"branches": {"popularity": EASE}}, folder=tmp_path / "r", store=tmp_path / "s")
    assert done.metrics["name"].to_list() == ["popularity", "popularity (baseline)"]
    assert (done.results["final"], done.results["popularity"]) == ("popularity", "popularity (baseline)")
    assert "branches.popularity.fit" in done.steps["name"].to_list()
    assert "baseline.recommend" in done.steps["name"].to_list()


def test_the_hybrid_says_what_its_branches_weigh_and_add(recipe, tmp_path):
    from palate.cli.tables import fused

    done = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    row = next(row for row in done.results["rows"] if row["name"] == "hybrid")
    assert set(row["weights"]) == {"linear", "popular"}
    assert row["weights"]["linear"] == 1  # it is the strongest on the validation part, and there alone
    assert fused(done.results)[1:] == [
        "hybrid weighs its branches:", "  linear   1.000", "  popular  0.000, so it is left out",
        f"           {row['words']['popular']}",
    ]  # fmt: skip
    row["weights"]["popular"], row["parts"] = 0.5, {"popular": {"gain": 0.01, "error": 0.002}}
    row["words"] = {"popular": "counts as good"}
    added = ["  popular  0.500  adds +0.0100 ±0.0039 on the validation part", "           counts as good"]
    assert fused(done.results)[-2:] == added
    assert not any("weights" in row for row in done.results["rows"] if row["name"] != "hybrid")


def test_weights_that_are_given_are_shown_too(recipe, tmp_path):
    recipe["fuse"] = {"use": "weighted", "weights": {"linear": 2.0, "popular": 0.5}}
    done = run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    assert done.results["rows"][2]["weights"] == {"linear": 2.0, "popular": 0.5}
