from copy import deepcopy

import pytest


@pytest.fixture(autouse=True)
def _needs_optuna() -> None:
    pytest.importorskip("optuna", reason="the search for values (palate[tune])")


@pytest.fixture
def searched(recipe: dict) -> dict:
    """One branch whose penalty is left open, on the shop's data."""
    recipe = deepcopy(recipe)
    recipe["branches"] = {
        "linear": {"rank": {"use": "ease", "l2": {"search": "log", "low": 0.1, "high": 1000}}}
    }
    del recipe["fuse"]
    return recipe


@pytest.fixture
def grid(recipe: dict) -> dict:
    """Two branches with two values each."""
    recipe = deepcopy(recipe)
    pair = {"search": "choice", "values": [1.0, 50.0]}
    near = {"use": "item-knn", "neighbours": {"search": "int", "low": 3, "high": 4}}
    recipe["branches"] = {"linear": {"rank": {"use": "ease", "l2": pair}}, "near": {"rank": near}}
    recipe["fuse"] = "rrf"
    return recipe
