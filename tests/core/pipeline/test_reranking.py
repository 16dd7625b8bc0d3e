"""Reordering in a pipeline: what rerankers get, what they may give, and what the results show."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from palate import Ranking
from palate.errors import PalateError, RecipeError
from palate.pipeline import Pipeline
from palate.recipe import load_recipe
from palate.runs import run


def pipeline_with(done, *rerankers):
    pipeline = done.pipeline
    parts = {name: getattr(pipeline, name) for name in ("fuser", "fallback", "items", "users", "history")}
    return Pipeline(pipeline.branches, rerankers=rerankers, trained=pipeline.trained, seed=3, **parts)


@dataclass
class Spy:
    """Keeps what it is handed and gives it back."""

    name: ClassVar[str] = "spy"

    def rerank(self, query, ranking):
        self.seen = ranking
        return ranking


@dataclass
class Odd:
    """Gives what it is told to."""

    name: ClassVar[str] = "odd"

    change: object

    def rerank(self, query, ranking):
        items = ranking.items.copy()
        self.change(items)
        return Ranking(ranking.users, items, ranking.scores)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store")


def test_a_reranker_gets_five_times_what_is_wanted_and_is_told_how_much_that_is(done):
    spy = Spy()
    found = pipeline_with(done, spy).recommend(history=[1], k=3)
    assert found.height == 3
    assert spy.seen.k == 15
    assert spy.seen.wanted == 3


def test_a_reranker_may_leave_items_out(done):
    def drop_the_first(items):
        items[:, :-1], items[:, -1] = items[:, 1:].copy(), -1

    usual = done.recommend(history=[1], k=4)["item"].to_list()
    found = pipeline_with(done, Odd(drop_the_first)).recommend(history=[1], k=3)["item"].to_list()
    assert found == usual[1:]


def set_item(place, value):
    def change(items):
        items[:, place] = value

    return change


def swap_in_the_second(items):
    items[:, 0] = items[:, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_item(0, 1), "the same items in another order, or fewer"),  # what the person has met
        (swap_in_the_second, "the same items in another order, or fewer"),  # one item twice
        (set_item(0, -1), "must put -1 behind the items that are left"),
    ],
)
def test_a_reranker_may_not_bring_in_repeat_or_scatter(done, change, said):
    with pytest.raises(PalateError, match=said):
        pipeline_with(done, Odd(change)).recommend(history=[1], k=3)


def test_what_is_excluded_never_fills_up_a_list(recipe, folder):
    recipe["rerank"] = [{"use": "rules", "exclude": [{"attribute": "kind", "values": ["sweet fruit"]}]}]
    done = run(recipe, folder=folder, store=folder / "store")
    even = [0, 2, 4, 6]  # somebody who has met fruit only
    found = done.recommend(history=even, k=12)
    assert all(item % 2 for item in found["item"])
    assert found.height == 12


def test_the_results_show_what_reordering_costs(recipe, folder):
    recipe["rerank"] = [{"use": "popularity-penalty", "penalty": 3.0}]
    done = run(recipe, folder=folder, store=folder / "store")
    assert done.metrics["name"].to_list() == ["linear", "popular", "hybrid", "reranked"]
    assert done.results["final"] == "reranked"
    before, after = (done.results["rows"][row]["metrics"]["ndcg@5"]["value"] for row in (2, 3))
    assert before != after
    first = done.ranking("reranked")["item"].to_list()
    assert first != done.ranking("hybrid")["item"].to_list()


def test_without_a_fuser_the_branch_is_the_row_before(recipe, folder):
    del recipe["branches"]["popular"], recipe["fuse"]
    recipe["rerank"] = "popularity-penalty"
    done = run(recipe, folder=folder, store=folder / "store")
    assert done.metrics["name"].to_list() == ["linear", "reranked", "popularity"]
    assert done.results["final"] == "reranked"


def test_a_reranker_that_needs_vectors_is_refused_before_anything_is_computed(recipe):
    recipe["rerank"] = ["mmr"]
    with pytest.raises(RecipeError, match=r"'mmr' needs item vectors.*or give its option `attribute`"):
        load_recipe(recipe)
    recipe["rerank"] = [{"use": "mmr", "attribute": "kind"}]
    load_recipe(recipe)
