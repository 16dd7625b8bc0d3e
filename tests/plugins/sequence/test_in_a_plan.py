"""A run that is killed while it trains goes on to the same scores."""

import numpy as np
import pytest

from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store

pytest.importorskip("torch")


@pytest.fixture
def plan(recipe):
    def make(folder):
        rank = {"use": "sasrec", "dimensions": 8, "batch": 8, "epochs": 4, "patience": 0, "items": "delta"}
        recipe["branches"] = {"order": {"text": "template", "encode": "hash", "rank": rank}}
        recipe["branches"]["order"]["text"] = {"use": "template", "template": "{title}"}
        recipe.pop("fuse", None)
        return compile_plan(load_recipe(recipe), Store(folder))

    return make


def fitted(plan):
    (step,) = [step for step in plan.steps if step.name == "branches.order.fit"]
    return plan.store.load(step.fingerprint)[0], plan.store.meta(step.fingerprint).notes


def test_a_killed_run_goes_on_to_the_same_weights(plan, tmp_path):
    whole, again = plan(tmp_path / "whole"), plan(tmp_path / "killed")
    events = []
    Execution(whole, events.append).run()
    told = [event for event in events if event.what == "step-progress" and "loss" in event.message]
    assert [(event.done, event.total) for event in told] == [(epoch, 4) for epoch in (1, 2, 3, 4)]

    def kill(event):
        if event.what == "step-progress" and event.done == 2 and "loss" in event.message:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Execution(again, kill).run()
    assert list((tmp_path / "killed" / "training").rglob("state.json"))
    events.clear()
    Execution(again, events.append).run()
    done = [event.done for event in events if event.what == "step-progress" and "loss" in event.message]
    assert done == [3, 4]
    (one, notes), (other, _) = fitted(whole), fitted(again)
    assert list(one.weights_) == list(other.weights_)
    assert all(np.array_equal(one.weights_[name], other.weights_[name]) for name in one.weights_)
    assert one.table_.tobytes() == other.table_.tobytes()
    assert notes["epochs"] == 4
    assert notes["ended"] == "all 4 epochs are done"
    assert not list((tmp_path / "killed" / "training").iterdir()), "checkpoints go when the fit is kept"
