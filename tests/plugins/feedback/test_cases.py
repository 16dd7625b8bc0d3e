"""Files of which the right values are known, from recipe to recommendations."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import palate
from palate.plan import compile_plan
from palate.recipe import load_recipe
from palate.store import Store

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def recipe():
    """A recipe of item-knn for a file, split by time."""

    def make(file, feedback=None, clean=(), **source):
        data = {
            "source": {"use": "files", "interactions": str(CASES / file), **source},
            "clean": list(clean),
            "feedback": feedback,
            "split": {"use": "temporal", "test": 0.1, "validation": 0},
        }
        return {
            "recipe": 1,
            "data": {key: value for key, value in data.items() if value},
            "branches": {"near": {"rank": "item-knn"}},
            "top": 5,
            "evaluate": ["recall@5"],
        }

    return make


@pytest.fixture
def places(tmp_path):
    """The first five places of everybody, by a recipe fitted on all events: `user` and `item`."""

    def give(recipe):
        pipeline = palate.fit(recipe, store=tmp_path / "store")
        return pipeline.recommend_many(pipeline.users["id"].to_list(), 5)

    return give


@pytest.fixture
def run(tmp_path):
    return lambda recipe: palate.run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")


def of_own_kind(places):
    """How many places go to an item as even or odd as the user."""
    return int((places["user"] % 2 == places["item"] % 2).sum())


@pytest.mark.parametrize("file", ["shown.csv", "shown-rating.csv"])
def test_what_was_shown_and_not_clicked_is_no_like(recipe, places, run, file):
    """Even users click even items: from clicks alone all 300 places are right, and chance is 150."""
    assert of_own_kind(places(recipe(file))) < 160
    assert of_own_kind(places(recipe(file, "labels"))) == 300
    values = run(recipe(file, "labels")).metrics
    near, popular = values["recall@5"]
    assert near > 1.5 * popular


def test_a_vote_against_is_neither_recommended_nor_relevant(recipe, places, run):
    votes = pl.read_csv(CASES / "votes.csv")
    against = votes.filter(pl.col("value") < 0).select("user", "item")
    assert places(recipe("votes.csv", "labels")).join(against, on=["user", "item"]).is_empty()
    assert of_own_kind(places(recipe("votes.csv", "labels"))) > of_own_kind(places(recipe("votes.csv"))) + 60
    truth = run(recipe("votes.csv", "labels")).ground_truth
    users = truth.users["id"].gather(np.repeat(np.arange(len(truth)), truth.truth.counts))
    relevant = pl.DataFrame({"user": users, "item": truth.items.ids.gather(truth.truth.relevant)})
    assert not relevant.is_empty()
    assert relevant.join(votes.filter(pl.col("value") > 0), on=["user", "item"], how="anti").is_empty()


@pytest.mark.parametrize(
    ("feedback", "clean"),
    [("ratings", []), ({"use": "ratings", "like": 5}, []), (None, [{"use": "min-rating", "value": 4}])],
)
def test_what_a_user_rated_low_is_not_recommended_whatever_a_like_is(recipe, places, feedback, clean):
    rated = pl.read_csv(CASES / "hits.csv").select("user", "item")
    found = places(recipe("hits.csv", feedback, clean))
    assert found.height > 400
    assert found.join(rated, on=["user", "item"]).is_empty()


def test_a_view_is_no_purchase(recipe, places, run):
    """Users buy items of their own kind and view any."""
    bought = {"use": "events", "weights": {"purchase": 1}, "others": "seen"}
    assert of_own_kind(places(recipe("events.csv", bought))) >= 295
    assert of_own_kind(places(recipe("events.csv"))) < 160
    purchases = pl.read_csv(CASES / "events.csv").filter(pl.col("event") == "purchase")
    judged = run(recipe("events.csv", bought)).ground_truth
    users = judged.users["id"].gather(np.repeat(np.arange(len(judged)), judged.truth.counts))
    relevant = pl.DataFrame({"visitorid": users, "itemid": judged.items.ids.gather(judged.truth.relevant)})
    assert relevant.join(purchases, on=["visitorid", "itemid"], how="anti").is_empty()


def test_the_type_may_stand_in_a_column_of_any_name(recipe, tmp_path):
    pl.read_csv(CASES / "events.csv").rename({"event": "what"}).write_csv(tmp_path / "what.csv")
    feedback = {"use": "events", "weights": {"view": 0, "addtocart": 2, "purchase": 3}}
    made = recipe("events.csv", feedback, columns={"type": "what"})
    made["data"]["source"]["interactions"] = str(tmp_path / "what.csv")
    notes = step(made, tmp_path, "data.feedback")
    assert notes == {"likes": 778, "seen only": 1076, "dislikes": 0}


@pytest.mark.parametrize("keep", ["first", "last", "mean"])
def test_items_played_again_and_again_are_discovered_once(recipe, run, keep):
    """With the last play kept at its time, 105 of 107 pairs of the newest tenth had been played before."""
    judged = run(recipe("repeats.csv", clean=[{"use": "drop-duplicates", "keep": keep}])).ground_truth
    plays = pl.read_csv(CASES / "repeats.csv").group_by("user", "item").agg(pl.col("time").min())
    cut = plays["time"].sort()[plays.height - 72]
    users = judged.users["id"].gather(np.repeat(np.arange(len(judged)), judged.truth.counts))
    found = set(zip(users, judged.items.ids.gather(judged.truth.relevant), strict=True))
    assert found == set(plays.filter(pl.col("time") >= cut).select("user", "item").rows())


def step(recipe, tmp_path, name):
    """What stands beside a step of the recipe's plan."""
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    palate.run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    return next(plan.store.meta(each.fingerprint).notes for each in plan.steps if each.name == name)
