"""Steps in shards and rounds: what may begin, what is over, and where a fit that was stopped goes on."""

import pytest

from palate.plan import compile_plan, sharding
from palate.plan.compute import FromStore, compute
from palate.recipe import load_recipe
from palate.store import Store
from palate_ray import memory
from palate_ray.wide import Width


@pytest.fixture
def fit(recipe, tmp_path, monkeypatch):
    """A fit of two sweeps, so in four rounds behind its parts, whose inputs are in the store."""
    monkeypatch.setattr(sharding, "FIT", 1)
    recipe["branches"]["linear"]["rank"] = {"use": "ials", "factors": 4, "iterations": 2}
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    FromStore(plan.store)(plan.fold)
    return plan.store, next(each for each in plan.steps if each.name == "branches.linear.fit@validation")


def run(width, ready, store, rounds):
    """Do so many rounds of shards as they become ready; what was over by then, and how far it is."""
    over = []
    for _ in range(rounds):
        for shard in ready:
            compute(shard, store)
            far = width.done(shard)
            over += far.over
        ready = far.ready
    return far, over


def test_a_fit_goes_through_its_rounds_and_says_when_one_is_needed_no_more(fit):
    store, step = fit
    width = Width(2, 1)
    far, over = run(width, width.divide(step, store), store, 5)
    assert (far.done, far.total, far.whole) == (10, 10, step)
    assert [shard.params["round"] for shard in far.parts] == [3, 3]
    assert [shard.params["round"] for shard in over] == [0, 0]
    left = {shard.params.get("round") for shard in width.rest(step)}
    assert left == {None, 1, 2, 3}


def test_a_fit_that_was_stopped_goes_on_in_its_round(fit):
    store, step = fit
    before = Width(2, 1)
    _, over = run(before, before.divide(step, store), store, 4)
    for shard in over:
        store.discard(shard.fingerprint)
    again = Width(2, 1)
    ready = again.divide(step, store)
    assert [shard.params["round"] for shard in ready] == [3, 3]
    far, _ = run(again, ready, store, 1)
    assert far.parts == ready


def test_rounds_of_one_side_share_what_is_noted_of_their_memory(fit):
    store, step = fit
    _, *rounds = sharding.rounds_of(step, sharding.shards_of(step, store, 2, 1))
    keys = [memory.key(shards[0]) for shards in rounds]
    assert keys[0] == keys[2] != keys[1] == keys[3]
    assert len({memory.key(shard) for shard in rounds[0]}) == 2
