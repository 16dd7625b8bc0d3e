"""A finished run whose interests can be looked at."""

import pytest

from palate.runs import run


def content(recipe, aggregate="mean", **more):
    """The shop's recipe with one branch of text: `sweet fruit` or `loud tool`."""
    branch = {
        "text": {"use": "template", "template": "{kind}"},
        "encode": "hash",
        "transform": ["center", "l2"],
        "aggregate": aggregate,
        "rank": "cosine",
    }
    kept = {key: value for key, value in recipe.items() if key != "fuse"}
    return kept | {"branches": {"content": branch, **more}}


@pytest.fixture
def made(recipe, tmp_path):
    """Runs the recipe with an aggregator and perhaps more branches, and gives the run."""

    def make(aggregate="mean", fuse=None, **more):
        whole = content(recipe, aggregate, **more) | ({"fuse": fuse} if fuse else {})
        return run(whole, folder=tmp_path / "runs", store=tmp_path / "store")

    return make
