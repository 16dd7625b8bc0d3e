"""A branch that looks for candidates before it scores."""

import json

import numpy as np
import pytest

from palate import History, Query
from palate.errors import RecipeError
from palate.pipeline import FittedBranch
from palate.recipe import load_recipe
from palate.registry import installed
from palate.runs import run
from palate.testing import crowd


@pytest.fixture
def content(recipe):
    recipe["branches"] = {
        "content": {
            "text": [{"use": "template", "template": "{title}. {kind}"}],
            "encode": {"use": "hash"},
            "transform": ["center", "l2"],
            "aggregate": "mean",
            "retrieve": {"use": "exact", "candidates": 10},
            "rank": "cosine",
        }
    }
    del recipe["fuse"]
    return recipe


def branch_with(candidates, ranker="cosine"):
    training, query = crowd()
    made = installed().find("ranker", ranker).make().fit(training)
    mean = installed().find("aggregator", "mean").make()
    index = installed().find("index", "exact").make({"candidates": candidates}).build(training.vectors)
    whole = FittedBranch("content", made, mean, training.vectors)
    return whole, FittedBranch("content", made, mean, training.vectors, index), query


@pytest.mark.parametrize("ranker", ["cosine", "dot"])
def test_candidates_have_their_scores_and_all_other_items_none(ranker):
    whole, narrow, query = branch_with(6, ranker)
    right, found = whole.score(query), narrow.score(query)
    there = np.isfinite(found)
    assert (there.sum(axis=1) == np.where(query.history.counts > 0, 6, 0)).all()
    np.testing.assert_allclose(found[there], right[there], rtol=1e-5)
    if ranker == "cosine":
        best = np.sort(np.where(np.isnan(right), -9, right), axis=1)[:, -6:]
        served = query.history.counts > 0
        np.testing.assert_allclose(np.sort(found[served], axis=1)[:, :6], best[served], rtol=1e-4)


def test_candidates_of_a_person_do_not_depend_on_who_else_asks():
    _, narrow, query = branch_with(6)
    together = narrow.score(query)
    for row in (1, 7, 30):
        np.testing.assert_array_equal(narrow.score(query.take(slice(row, row + 1)))[0], together[row])


def test_the_run_tells_recall_size_time_and_memory(content, tmp_path):
    done = run(content, folder=tmp_path, store=tmp_path / "store")
    kept = json.loads((done.folder / "steps.json").read_text())
    steps = {step["name"]: step for step in kept}
    index = steps["branches.content.retrieve"]
    assert index["notes"]["items"] == 24
    assert index["seconds"] >= 0
    assert index["peak_bytes"] > 0
    assert steps["branches.content.recommend"]["notes"]["recall of content's candidates"] == 1.0
    assert done.recommend(history=[1], k=20).height == 9  # ten candidates, one of them met


def test_another_ranker_does_not_build_the_index_again(content, tmp_path):
    run(content, folder=tmp_path, store=tmp_path / "store")
    content["branches"]["content"]["rank"] = "dot"
    done = run(content, folder=tmp_path, store=tmp_path / "store")
    assert done.computed == 3  # fit, recommend, evaluate


def test_a_saved_pipeline_has_its_index(content, tmp_path):
    done = run(content, folder=tmp_path, store=tmp_path / "store")
    assert done.pipeline.branches[0].index.name == "exact"
    history = History.from_lists([[1, 3]], 24)
    scores = done.pipeline.branches[0].score(Query(np.array([-1], np.int32), history))
    assert np.isfinite(scores).sum() == 10


def test_an_index_without_interests_is_refused(recipe):
    recipe["branches"]["linear"]["retrieve"] = "exact"
    with pytest.raises(RecipeError, match="searched with interest vectors; add `aggregate:`"):
        load_recipe(recipe)
