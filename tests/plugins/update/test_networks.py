"""Networks that read order train on from where they were, from the command line."""

import json

import pytest

from palate.runs import Run

pytest.importorskip("torch")


@pytest.fixture
def ordered(recipe, shop):
    """The file of a recipe with two networks."""
    network = {"dimensions": 4, "epochs": 7, "patience": 0}
    recipe["branches"] = {
        "attention": {"rank": {"use": "sasrec", "blocks": 1, "heads": 1} | network},
        "recurrent": {"rank": {"use": "gru"} | network},
    }
    recipe["fuse"] = "weighted"
    (shop / "recipe.yaml").write_text(json.dumps(recipe))
    return shop / "recipe.yaml"


def fitted(run, branch):
    """What is noted of fitting a branch."""
    return next(each for each in run._json("steps.json") if each["name"] == f"branches.{branch}.fit")["notes"]


def test_a_run_of_networks_is_brought_up_to_date_by_a_few_epochs(ordered, shop, palate):
    assert palate("run", ordered, "--runs", shop / "runs")[0] == 0
    (old,) = (shop / "runs").iterdir()

    code, said, error = palate("update", old, "--from", shop / "new.csv", "--items", shop / "new_items.csv")

    assert code == 0, error
    assert "6 events, 1 items, 1 users came to" in error + said
    (new,) = (path for path in (shop / "runs").iterdir() if path not in (old, shop / "runs" / "additions"))
    for branch in ("attention", "recurrent"):
        assert fitted(Run(old), branch)["epochs"] == 7
        notes = fitted(Run(new), branch)
        assert notes["epochs"] <= 5
        assert notes["changed users"] > 0
    code, said, error = palate("-q", "recommend", new, "--user", "zoe", "-k", 3, "--json")
    assert (code, len(json.loads(said))) == (0, 3), error
