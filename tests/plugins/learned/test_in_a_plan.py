"""What is trainable in a branch is one step of the plan, which a killed run goes on from."""

import numpy as np
import pytest

from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.store import Store

pytest.importorskip("torch")

TRAIN = {"epochs": 3, "patience": 0, "batch": 8, "learning_rate": 0.01}
RELU = {"use": "relu-layer", "features": 6}
LSTM = {"use": "lstm", "dimensions": 5}
CHAINS = {
    "all": {"transform": ["center", RELU], "aggregate": LSTM, "rank": {"use": "softmax", "train": TRAIN}},
    "aggregator": {"aggregate": {**LSTM, "train": TRAIN}, "rank": "cosine"},
    "ranker": {"aggregate": "recency-mean", "rank": {"use": "softmax", "train": TRAIN}},
    "several-interests": {
        "aggregate": {"use": "k-means", "interests": 2},
        "rank": {"use": "softmax", "train": TRAIN},
    },
    "transform": {"transform": [{**RELU, "train": TRAIN}], "aggregate": "k-means", "rank": "dot"},
    "around-a-mean": {
        "transform": [{**RELU, "train": TRAIN}],
        "aggregate": "idf-weighted",
        "rank": "softmax",
    },
    "transform-alone": {
        "transform": [{**RELU, "train": TRAIN}],
        "rank": {"use": "text-to-cf", "teacher": "ease"},
    },
    "two-layers": {"transform": [RELU, {**RELU, "train": TRAIN}], "aggregate": "attentive", "rank": "cosine"},
}


@pytest.fixture
def plan(recipe):
    def make(folder, chain):
        text = {"text": {"use": "template", "template": "{title} {kind}"}, "encode": {"use": "hash"}}
        recipe["branches"] = {"chain": text | chain}
        recipe.pop("fuse", None)
        return compile_plan(load_recipe(recipe), Store(folder))

    return make


def step(plan, name):
    (found,) = [step for step in plan.steps if step.name == f"branches.chain.{name}"]
    return found


@pytest.mark.parametrize("name", CHAINS)
def test_each_way_to_stand_in_a_branch_is_trained_and_recommends(plan, tmp_path, name):
    made = plan(tmp_path, CHAINS[name])
    done = Execution(made, lambda event: None).run()
    notes = made.store.meta(step(made, "train").fingerprint).notes
    assert notes["epochs"] == 3
    pipeline = done.value(made.pipeline)
    (branch,) = pipeline.branches
    scores = branch.score(pipeline.lookup.query(history=["thing 1", "thing 3"]))
    assert np.isfinite(scores).any()
    assert pipeline.recommend(history=[], k=3).height == 3
    assert pipeline.recommend(history=["thing 2", "thing 4"], k=3).height == 3


def test_a_chain_is_trained_in_one_step_and_what_stands_before_it_is_shared(plan, tmp_path):
    whole, alone = plan(tmp_path, CHAINS["all"]), plan(tmp_path, CHAINS["all"] | {"aggregate": "mean"})
    assert step(whole, "transform").fingerprint == step(alone, "transform").fingerprint
    assert step(whole, "train").fingerprint != step(alone, "train").fingerprint
    Execution(whole, lambda event: None).run()
    assert whole.store.meta(step(whole, "train").fingerprint).notes["trained"] == "relu-layer, lstm, softmax"


def test_a_ranker_that_is_not_trained_changes_nothing_in_the_training(plan, tmp_path):
    one, other = (plan(tmp_path, CHAINS["aggregator"] | {"rank": rank}) for rank in ("cosine", "dot"))
    assert step(one, "train").fingerprint == step(other, "train").fingerprint
    assert step(one, "fit").fingerprint != step(other, "fit").fingerprint


def test_a_killed_run_goes_on_to_the_same_weights(plan, tmp_path):
    whole, again = (plan(tmp_path / name, CHAINS["all"]) for name in ("whole", "killed"))
    Execution(whole, lambda event: None).run()

    def kill(event):
        if event.what == "step-progress" and event.done == 2 and "loss" in event.message:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Execution(again, kill).run()
    assert list((tmp_path / "killed" / "training").rglob("state.json"))
    events = []
    Execution(again, events.append).run()
    done = [event.done for event in events if event.what == "step-progress" and "loss" in event.message]
    assert done == [3]
    one, other = (each.store.load(step(each, "train").fingerprint) for each in (whole, again))
    assert one[0].weight_.tobytes() == other[0].weight_.tobytes()
    assert list(one[1].weights_) == list(other[1].weights_)
    assert all(
        one[1].weights_[name].tobytes() == other[1].weights_[name].tobytes() for name in one[1].weights_
    )
    assert one[2].weight_.tobytes() == other[2].weight_.tobytes()
    assert not list((tmp_path / "killed" / "training").iterdir()), "checkpoints go when the step is kept"
