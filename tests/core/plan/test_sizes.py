"""What cannot be fitted on so much data is refused before anything is fitted."""

import pytest

from palate.errors import ComponentError
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store

SMALL = 24 * 24 * 11 / 2**30  # GiB: too little for 24 items


def started(recipe, tmp_path, settings):
    told = []
    plan = compile_plan(load_recipe(recipe, settings), Store(tmp_path / "store"))
    return Execution(plan, told.append), told


def test_a_branch_that_does_not_fit_is_refused_before_another_is_fitted(recipe, tmp_path):
    branches = {"popular": {"rank": "popularity"}, "linear": recipe["branches"]["linear"]}
    branches["taught"] = {"rank": {"use": "dlae", "memory": SMALL, "on_large": "refuse"}}
    options = [f"branches.linear.rank.memory={SMALL:.12f}", "branches.linear.rank.on_large=refuse"]
    execution, told = started({**recipe, "branches": branches}, tmp_path, options)
    with pytest.raises(ComponentError, match=r"(?s)linear\.fit: ranker 'ease'.*taught\.fit: ranker 'dlae'"):
        execution.run()
    assert [event.step for event in told if event.what == "step-finished"] == ["data.source", "data.split"]


def test_one_that_is_fitted_otherwise_says_so_first_and_a_cached_one_nothing(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr("palate_linear.large.sparse_bytes", lambda *counts: 0)
    settings = [f"branches.linear.rank.memory={SMALL:.12f}", "branches.linear.rank.neighbours=5"]
    execution, told = started(recipe, tmp_path, settings)
    execution.run()
    said = [at for at, event in enumerate(told) if "5 nearest items" in event.message]
    fitted = [at for at, event in enumerate(told) if event.what == "step-started" and "fit" in event.step]
    assert 0 < len(said) < 3  # for what is tested, and for what the fuser is tuned on
    assert said[-1] < fitted[0]
    again, told = started(recipe, tmp_path, settings)
    again.run()
    assert not [event for event in told if "nearest" in event.message]
