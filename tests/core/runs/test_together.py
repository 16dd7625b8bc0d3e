import numpy as np
import pytest

from palate.data import Dataset, Fold
from palate.evaluation import evaluate
from palate.recipe import load_recipe
from palate.runs import Run, run
from palate.runs.ground_truth import GroundTruth, periods
from palate.runs.together import run_together


def checked(recipe, *settings):
    return load_recipe(recipe, settings)


def test_runs_made_together_are_the_runs_made_alone(recipe, tmp_path):
    recipes = [checked(recipe, f"branches.linear.rank.l2={l2}") for l2 in (1.0, 2.0)]
    together = run_together(recipes, folder=tmp_path / "a", store=tmp_path / "store")
    alone = [
        run(each.plain(), folder=tmp_path / "b", store=tmp_path / f"s{at}") for at, each in enumerate(recipes)
    ]
    for ours, theirs in zip(together, alone, strict=True):
        assert ours.folder.name == theirs.folder.name
        assert ours.ranking("hybrid").equals(theirs.ranking("hybrid"))
        assert ours.per_user.equals(theirs.per_user)
    assert 0 < together[0].computed < sum(each.computed for each in alone)


def test_what_was_run_before_is_only_read(recipe, tmp_path):
    places = {"folder": tmp_path / "a", "store": tmp_path / "store"}
    first = run_together([checked(recipe)], **places)
    again = run_together([checked(recipe), checked(recipe, "seed=4")], **places)
    assert again[0].folder == first[0].folder
    assert again[0].computed > 0
    assert run_together([checked(recipe)], **places)[0].computed == 0


def test_a_run_keeps_all_it_takes_to_judge_its_rankings_again(recipe, tmp_path):
    done = Run(run(recipe, folder=tmp_path / "runs", store=tmp_path / "store").folder)
    judged, per_user = done.ground_truth, done.per_user.filter(row="hybrid")
    assert judged.users["id"].to_list() == done.ranking("hybrid")["user"].unique().sort().to_list()
    again = evaluate(done.pipeline.rank(done.pipeline.lookup.known(_rows(done, judged)), 5), judged.truth,
                     {"ndcg@5": _ndcg(5)})  # fmt: skip
    assert again.per_user["ndcg@5"].to_list() == pytest.approx(per_user["ndcg@5"].to_list(), abs=1e-12)


def test_a_run_says_which_row_is_the_whole_pipeline_and_which_is_popularity(recipe, tmp_path):
    places = {"folder": tmp_path / "runs", "store": tmp_path / "store"}
    fused = run(recipe, **places).results
    assert (fused["final"], fused["popularity"]) == ("hybrid", "popular")
    del recipe["branches"]["popular"], recipe["fuse"]
    single = run(recipe, **places).results
    assert (single["final"], single["popularity"]) == ("linear", "popularity")


def test_events_learned_from_after_the_first_test_event_are_counted():
    import polars as pl

    frame = pl.DataFrame({"user": [1, 1, 2, 2], "item": [1, 2, 1, 3], "time": [10, 20, 15, 30]})
    data = Dataset.from_frames(frame)
    fold = Fold.from_masks(4, test=np.array([False, True, False, False]))
    assert periods(data, fold) == {
        "spans": {"train": [10, 30], "test": [20, 20]}, "learned": 3, "trained_later": 1
    }  # fmt: skip
    assert periods(Dataset.from_frames(frame.drop("time")), fold) == {}


def _rows(done, judged):
    return done.pipeline.users["id"].search_sorted(judged.users["id"]).to_numpy().astype(np.int32)


def _ndcg(k):
    from palate.registry import installed

    return installed().find("metric", "ndcg").make({"k": k})


def test_a_run_without_what_it_was_judged_against_says_so(tmp_path):
    from palate.errors import StoreError

    with pytest.raises(StoreError, match="run its recipe again"):
        GroundTruth.load(tmp_path / "judged")
