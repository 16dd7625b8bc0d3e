"""Profiles, maps and exports of a branch whose ranker makes the vectors of users itself."""

import json

import numpy as np
import polars as pl
import pytest

from palate.cli import main
from palate.pipeline import Pipeline
from palate.runs import run
from palate_profile.branches import interest_branch, interests_of, vectors_of

pytest.importorskip("torch")

NETWORK = {
    "use": "two-tower", "dimensions": 8, "epochs": 20, "patience": 0, "batch": 8, "learning_rate": 0.02,
    "loss": "in-batch",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("network")


@pytest.fixture
def done(recipe, folder):
    """One run for all tests: the store has it after the first."""
    branches = {"towers": {"rank": NETWORK}, "linear": {"rank": {"use": "ease", "l2": 5.0}}}
    fuse = {"use": "weighted", "weights": {"towers": 1.0, "linear": 1.0}}
    return run(recipe | {"branches": branches, "fuse": fuse}, folder=folder / "runs", store=folder / "store")


def test_interests_and_items_are_those_that_the_ranker_scores_with(done):
    pipeline = Pipeline.load(done.folder)
    branch = interest_branch(pipeline)
    query = pipeline.lookup.known(np.arange(4, dtype=np.int32))
    interests, items = interests_of(branch, query), vectors_of(branch)
    assert (branch.name, interests.shape, items.shape) == ("towers", (4, 1, 8), (24, 8))
    scores = branch.score(query)
    known = np.isfinite(scores)
    assert (interests[:, 0] @ items.T)[known] == pytest.approx(scores[known], abs=1e-4)


def test_a_profile_names_what_the_user_likes(done, capsys):
    assert main(["profile", str(done.folder), "--user", "p01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["branch"] == "towers"
    near = [item["title"] for item in found["interests"][0]["nearest"]]
    assert all(int(title.split()[1]) % 2 == 1 for title in near[:4]), "p01 likes odd things"


def test_vectors_are_exported_and_drawn(done, tmp_path, capsys):
    assert main(["profile", str(done.folder), "-o", str(tmp_path / "all.parquet")]) == 0
    table = pl.read_parquet(tmp_path / "all.parquet")
    assert table.schema["vector"] == pl.Array(pl.Float32, 8)
    assert table["kind"].value_counts().sort("count")["count"].to_list() == [24, 30]
    assert main(["map", str(done.folder), "-o", str(tmp_path / "map.html")]) == 0
    assert "30 interests of users" in capsys.readouterr().err


def test_an_explanation_says_that_parts_are_changes(done, capsys):
    words = ["explain", str(done.folder), "--user", "p01", "--item", "thing 0"]
    assert main(words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "The score of towers is no sum over the history: an item's part is by how much the score falls"
        in said
    )
    assert "the rest, and all together" in said
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {part["name"]: part["exact"] for part in found["branches"]} == {"towers": False, "linear": True}
    total = found["rest"] + sum(part["adds"] for part in found["branches"])
    assert total == pytest.approx(found["score"], abs=1e-4)
