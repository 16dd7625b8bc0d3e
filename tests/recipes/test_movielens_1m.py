"""The recipe for MovieLens-1M, whole and without text, on small data with a cheap encoder."""

import polars as pl
import pytest

from palate.recipe import load_recipe
from palate.runs import run

WITHOUT_TEXT = {"branches.text": None, "branches.crossing": None, "fuse.new_items": None}


@pytest.fixture
def folder(shop, tmp_path, monkeypatch):
    """Train, test and items.parquet, as the recipe wants them; thing 24 was never met."""
    events = pl.read_csv(shop / "events.csv").select("user_id", "item_id", "timestamp").sort("timestamp")
    place = pl.int_range(pl.len()).over("user_id")
    events.filter(place < 7).drop("timestamp").write_parquet(tmp_path / "train.parquet")
    events.filter(place >= 7).drop("timestamp").write_parquet(tmp_path / "test.parquet")
    things = pl.read_csv(shop / "things.csv")
    new = pl.DataFrame({"item_id": [24], "title": ["thing 24"], "kind": ["sweet fruit"]})
    things = pl.concat([things, new]).rename({"kind": "genres"}).with_columns(description=pl.col("genres"))
    things.write_parquet(tmp_path / "items.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cheap():
    view = {"use": "hash", "text": [{"use": "template", "template": "{genres}"}], "transform": ["l2"]}
    settings = {f"branches.{branch}.encode": [view, view] for branch in ("text", "crossing")}
    return settings | {"branches.factors.rank.factors": 4, "branches.factors.rank.iterations": 3}


def test_weights_are_tuned_on_training_alone_and_everybody_and_everything_is_served(folder):
    done = run("movielens-1m", cheap(), folder=folder / "runs", store=folder / "store")
    rows = dict(zip(done.metrics["name"], done.metrics["ndcg@10"], strict=True))
    assert set(rows) == {
        "autoencoder", "factors", "graph", "text", "crossing", "popularity", "hybrid",
    }  # fmt: skip
    assert rows["hybrid"] > rows["popularity"]
    assert "fuse.tune" in set(done.steps["name"])
    for history in ([], ["thing 1"], ["thing 0", "thing 2", "thing 4"]):
        assert done.recommend(history=history, k=5).height == 5
    ranked = done.recommend(history=["thing 0", "thing 2", "thing 4"], k=22)
    other = done.recommend(history=["thing 1", "thing 3", "thing 5"], k=22)
    place, elsewhere = (frame.filter(pl.col("title") == "thing 24")["rank"][0] for frame in (ranked, other))
    assert place < elsewhere  # a new thing stands where its text says


def test_without_text_it_is_the_same_blend_of_the_others(folder):
    recipe = load_recipe("movielens-1m", {**cheap_without_text(), **WITHOUT_TEXT})
    assert [branch.name for branch in recipe.branches] == ["autoencoder", "factors", "graph", "popularity"]
    done = run(
        "movielens-1m", {**cheap_without_text(), **WITHOUT_TEXT}, folder=folder / "runs", store=folder / "s"
    )
    assert not [name for name in done.steps["name"] if name.endswith((".encode", ".text"))]


def cheap_without_text():
    return {key: value for key, value in cheap().items() if "encode" not in key}
