"""Data on which asking for recommendations once went wrong."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from palate import run
from palate.errors import AmbiguousItem

CASES = Path(__file__).parents[2] / "cases"


KNN = {"use": "item-knn", "neighbours": 20}


@pytest.fixture
def case(tmp_path):
    """Runs a recipe on the files of a case."""

    def run_on(name, branches, items=True, **keys):
        source = {"use": "files", "interactions": str(CASES / name / "e.csv")}
        if items:
            source["items"] = str(CASES / name / "i.csv")
        data = {"source": source, "split": {"use": "temporal", "test": 0.1}}
        recipe = {"recipe": 1, "data": data, "branches": branches, **keys}
        return run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")

    return run_on


def test_a_bot_that_has_seen_all_is_told_so(case):
    pipeline = case("08-has-all", {"linear": {"rank": "ease"}}, items=False).pipeline
    found = pipeline.answer("bot")
    assert found.frame.height == 0
    assert "has interacted with all 40 items" in found.remarks[0]
    assert pipeline.answer("bot", include_seen=True).frame.height == 10


@pytest.mark.skipif(importlib.util.find_spec("implicit") is None, reason="needs implicit, which is an extra")
def test_sampling_negatives_ends_where_a_user_has_none(case):
    branches = {name: {"rank": name} for name in ("bpr", "lmf")}
    done = case("08-has-all", branches, items=False, fuse="rrf")
    assert {"bpr", "lmf", "hybrid"} <= set(done.metrics["name"])


def test_a_shelf_is_filled_by_id_and_by_rule(case):
    rule = {"use": "rules", "only": [{"attribute": "stock", "min": 1}]}
    pipeline = case("09-subset", {"knn": {"rank": KNN}}, rerank=[rule]).pipeline
    stock = pl.read_csv(CASES / "09-subset" / "i.csv").filter(pl.col("stock") >= 1)["item"].to_list()
    without_rule = type(pipeline)(
        pipeline.branches, None, (), pipeline.fallback, pipeline.items, pipeline.users, pipeline.history,
        pipeline.trained, pipeline.seed,
    )  # fmt: skip
    by_rule = pipeline.recommend(3, k=2)["item"].to_list()
    assert set(by_rule) <= set(stock)
    assert without_rule.recommend(3, k=2, only=stock)["item"].to_list() == by_rule
    seen = set(pipeline.items.ids.gather(pipeline.lookup.query(3).history.items.astype(np.uint32)).to_list())
    shelf = [item for item in range(1, 31) if item not in seen]
    for k in (1, 5, len(shelf)):
        assert without_rule.recommend(3, k=k, only=shelf).height == k


@pytest.mark.parametrize(
    ("title", "ids"),
    [("Hamlet", "2, 9"), ("Amélie", "21, 22"), ("Solaris", "20, 25"), ("Amber delta", "1, 27")],
)
def test_a_title_that_two_items_have_is_refused_with_both_ids(case, title, ids):
    pipeline = case("22-titles", {"knn": {"rank": KNN}}).pipeline
    with pytest.raises(AmbiguousItem, match=f"give the id, one of {ids}$"):
        pipeline.recommend(history=[title])
    first = int(ids.split(",")[0])
    assert pipeline.items.ids[pipeline.lookup.item_rows([first])[0]] == first


def test_a_title_that_is_a_number_gives_way_to_the_id(case):
    pipeline = case("22-titles", {"knn": {"rank": KNN}}).pipeline
    assert pipeline.items.ids[pipeline.lookup.item_rows(["7"])[0]] == 7
    assert pipeline.items.ids[pipeline.lookup.item_rows(["hamlet"])[0]] == 14
