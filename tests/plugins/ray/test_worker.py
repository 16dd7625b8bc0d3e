"""What workers do, without a cluster: text in, text out."""

import json

import numpy as np
import pytest

from palate.errors import ComponentError, DataError
from palate.plan import compile_plan
from palate.plan.compute import compute
from palate.plan.describe import described
from palate.recipe import load_recipe
from palate.registry import Registry, installed, plugin_entries
from palate.store import Store
from palate.testing import parts
from palate_ray import memory
from palate_ray.environment import asked_of, beside_installed, differences, environment
from palate_ray.failures import raised, told
from palate_ray.words import in_words, lost, out_of_memory, too_large
from palate_ray.worker import examine, registry, work


@pytest.fixture
def plan(recipe, tmp_path):
    return compile_plan(load_recipe(recipe), Store(tmp_path / "store"))


def asked(step, store, **more):
    given = {
        "step": described(step),
        "store": store.place,
        "cpus": 1,
        "threads": {},
        "owner": "recipe 'shop'",
    }
    return json.dumps(given | more)


def test_a_worker_keeps_what_a_step_makes_and_tells_what_is_noted_of_it(plan):
    compute(plan.data, plan.store)
    said = json.loads(work(asked(plan.fold, plan.store)))
    assert said["meta"]["step"] == "data.split"
    assert said["meta"]["notes"]["train"] == plan.store.load(plan.fold.fingerprint).count("train")
    assert "reused" in json.loads(work(asked(plan.fold, plan.store)))["meta"]


def test_an_error_of_a_worker_comes_back_as_what_it_was_with_its_step(plan, monkeypatch):
    from palate_files.source import Files

    def broken(self):
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(Files, "load", broken)
    said = json.loads(work(asked(plan.data, plan.store)))["error"]
    error = raised(said, "on a worker")
    assert isinstance(error, ZeroDivisionError)
    assert error.__notes__[0] == "in step 'data.source' of recipe 'shop'"
    assert "on a worker" in error.__notes__[1]


@pytest.mark.parametrize("error", [DataError("no rows"), ComponentError("l2 is large"), ValueError("x")])
def test_errors_keep_their_class_and_words(error):
    found = raised(told(error), "on a worker")
    assert (type(found), str(found)) == (type(error), str(error))


def test_an_error_of_a_class_that_is_not_known_here_is_a_component_error():
    class Strange(Exception):
        pass

    found = raised(told(Strange("odd")), "on a worker")
    assert isinstance(found, ComponentError)
    assert str(found) == "Strange: odd"


def test_a_want_of_memory_is_told_apart():
    assert told(MemoryError("8 GiB"))["memory"]
    assert not told(ValueError())["memory"]


def test_a_node_sees_the_store_or_says_that_it_does_not(plan, tmp_path):
    components, libraries = asked_of(plan.steps)
    plan.store.note("seen", {"token": "abc"})
    given = {"components": components, "libraries": libraries, "note": "seen", "token": "abc"}
    same = json.loads(examine(json.dumps(given | {"store": plan.store.place})))
    other = json.loads(examine(json.dumps(given | {"store": str(tmp_path / "elsewhere")})))
    assert (same["sees"], other["sees"]) == (True, False)
    assert differences(environment(components, libraries, installed()), same["environment"]) == []


def test_a_worker_that_came_later_refuses_what_it_would_compute_otherwise(plan):
    components, libraries = asked_of(plan.steps)
    ours = environment(components, libraries, installed())
    compute(plan.data, plan.store)
    same = {"components": components, "libraries": libraries, "environment": ours}
    other = same | {"environment": ours | {"scipy": "0.1"}}
    said = json.loads(work(asked(plan.fold, plan.store, same=other)))["error"]
    assert "is refused, its results could be others: scipy is" in said["says"]
    assert "meta" in json.loads(work(asked(plan.fold, plan.store, same=same)))


def test_workers_know_what_is_installed_and_what_the_driver_says_that_it_has_beside():
    driver = Registry()
    for each in [*plugin_entries(), parts.entry()]:
        driver.load(each)
    beside = beside_installed(driver)
    assert beside == [["parts", "palate", "-", "palate.testing.parts:PARTS"]]
    assert "crowd" not in registry().names("source")
    assert "crowd" in registry(json.dumps(beside)).names("source")


def test_a_worker_does_a_step_with_all_that_it_stands_on(plan):
    compute(plan.data, plan.store)
    evaluation = plan.rows[0].evaluation
    said = json.loads(work(asked(evaluation, plan.store, whole=True)))["meta"]
    assert said["computed"][0] == "data.split"
    assert said["computed"][-1] == evaluation.name
    assert said["peak_bytes"] > 0
    assert plan.store.has(evaluation.fingerprint)
    assert json.loads(work(asked(evaluation, plan.store, whole=True)))["meta"]["computed"] == []


def test_a_difference_is_named_with_both_versions():
    ours = {"numpy": "2.1", "ranker 'ease'": "palate 1 (ab)", "polars": "1.0"}
    theirs = {"numpy": "2.2", "ranker 'ease'": "not installed", "polars": "1.0"}
    assert differences(ours, theirs) == [
        "numpy is 2.2 there and 2.1 here",
        "ranker 'ease' is not installed there and palate 1 (ab) here",
    ]


def test_the_environment_has_every_component_and_the_kernels_of_products(plan):
    found = environment(*asked_of(plan.steps), installed())
    assert found["numpy"] == np.__version__
    assert "ranker 'ease'" in found
    assert "metric 'ndcg'" in found
    assert "for" in found["BLAS"]


def test_memory_is_what_the_step_took_before_and_else_goes_by_its_inputs(plan):
    fit = next(step for step in plan.steps if step.name == "branches.linear.fit")
    compute(plan.data, plan.store)
    size = sum(size for size, _ in plan.store.meta(plan.data.fingerprint).files.values())
    assert memory.wanted(fit, [plan.data], plan.store) == memory.LEAST + 4 * size
    memory.note(fit, 10**9, plan.store)
    assert memory.wanted(fit, [plan.data], plan.store) == int(1.2 * 10**9)


def test_another_option_does_not_change_what_a_step_is_known_by_and_another_source_does(recipe, tmp_path):
    def key(**settings):
        plan = compile_plan(load_recipe(recipe, settings), Store(tmp_path))
        return memory.key(next(step for step in plan.steps if step.name == "branches.linear.fit"))

    assert key() == key(**{"branches.linear.rank.l2": 9})
    assert key() != key(**{"data.source.items": None})


def test_what_cannot_go_on_says_which_step_how_much_and_what_to_change():
    assert in_words(3 * 2**29) == "1.5 GiB"
    said = str(too_large("fit", 40 * 2**30, 16 * 2**30, 2))
    assert "step 'fit' is too large for any node: it asks for 40.0 GiB" in said
    assert "the largest of 2 nodes has 16.0 GiB" in said
    assert "the only node has 16.0 GiB" in str(too_large("fit", 40 * 2**30, 16 * 2**30, 1))
    said = str(out_of_memory("fit", 2**30, 3))
    assert "step 'fit' ran out of memory 3 times, with 1.0 GiB asked for" in said
    assert "min-interactions" in said
    assert "lost 2 times: its node was lost; killed" in str(lost("fit", ["its node was lost", "killed"]))
