"""Every shipped hybrid recommends for a person with 0, 1 and 3 events, and items nobody has met."""

import numpy as np
import pytest

import palate
from palate.recipe.load import read
from palate.recipe.locate import shipped
from palate.registry import installed

TREES = {name: read(name).plain() for name in shipped()}
OTHERS = ("events.csv", "follows.csv")
FILMS = {name for name, tree in TREES.items() if tree["data"]["source"].get("interactions") not in OTHERS}
"""Recipes that need no columns but user, item and time; the others' tests are with their data."""
HYBRIDS = sorted(name for name in FILMS - {"auto"} if TREES[name].get("fuse"))
"""All but `auto`, which is search spaces, to be tuned first."""
NEW = {"new fruit": "sweet fruit", "new tool": "loud tool"}


@pytest.fixture(scope="module")
def stall(shop, tmp_path_factory):
    """The shop's events, and its things with two more that nobody has met."""
    folder = tmp_path_factory.mktemp("stall")
    (folder / "events.csv").write_text((shop / "events.csv").read_text())
    more = "".join(f"{100 + number},{title},{kind}\n" for number, (title, kind) in enumerate(NEW.items()))
    (folder / "things.csv").write_text((shop / "things.csv").read_text() + more)
    return folder


def settings_for(name, stall):
    found = {
        "data.source": {
            "use": "files", "interactions": str(stall / "events.csv"), "items": str(stall / "things.csv"),
            "test": None,
        }
    }  # fmt: skip
    for branch, parts in TREES[name]["branches"].items():
        if "encode" in parts:
            found[f"branches.{branch}.text"] = [{"use": "template", "template": "{title}. {kind}"}]
            found[f"branches.{branch}.encode"] = {"use": "hash"}
    if TREES[name]["data"]["split"]["use"] == "column":
        found["data.split"] = {"use": "temporal", "test": 0.1, "validation": 0.1}
    if name == "lightfm":
        found["branches.genres.rank.item_features"] = ["kind"]
    if name == "side-information":
        found["branches.linear.rank.side_attributes"] = ["kind"]
    return found


@pytest.fixture(scope="module", params=HYBRIDS)
def hybrid(request, stall, tmp_path_factory):
    name = request.param
    for parts in TREES[name]["branches"].values():
        rank = parts["rank"]
        ranker = installed().find("ranker", rank if isinstance(rank, str) else rank["use"])
        if ranker.missing:
            pytest.skip(ranker.how_to_install())
    store = tmp_path_factory.mktemp("store")
    return name, palate.fit(name, settings_for(name, stall), store=store)


def reads_text(pipeline):
    """Whether somebody who was not in training is served from texts."""
    return any(
        branch.vectors is not None and "known users" not in branch.ranker.needs
        for branch in pipeline.branches
    )


@pytest.mark.parametrize("history", [[], [1], [1, 5, 9]], ids=["0 events", "1 event", "3 events"])
def test_everybody_gets_all_items_in_one_ranking_new_ones_too(hybrid, history):
    _, pipeline = hybrid
    frame = pipeline.recommend(history=history, k=26)
    assert frame.height == 26 - len(history)
    assert set(NEW) <= set(frame["title"])
    assert np.isfinite(frame["score"].to_numpy()).all()


def test_new_items_stand_where_their_text_puts_them_and_low_where_there_is_none(hybrid):
    _, pipeline = hybrid
    frame = pipeline.recommend(history=[1, 3, 5, 7, 9], k=26)  # tools
    rank = dict(frame.select("title", "rank").iter_rows())
    if reads_text(pipeline):
        assert rank["new tool"] < rank["new fruit"]
        fruit = [rank[title] for title in rank if title.startswith("thing") and not int(title[6:]) % 2]
        assert rank["new tool"] < np.median(fruit)
    else:
        assert min(rank["new tool"], rank["new fruit"]) > min(rank.values()) + 5


def test_with_nothing_and_little_known_people_get_what_is_popular(hybrid):
    name, pipeline = hybrid
    if "popularity" not in TREES[name]["branches"]:
        pytest.skip("it has no popularity branch to lean on")
    most = np.argsort(-pipeline.history.popularity, kind="stable")[:6]
    for history in ([], [1]):
        first = pipeline.recommend(history=history, k=3)["item"].to_list()
        assert set(first) <= set(most.tolist())
