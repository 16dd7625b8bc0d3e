"""Runs on a cluster of two nodes with a core each, on this machine."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

import palate_compare
import palate_tune
from palate.components.component import Component
from palate.errors import ComputeError, MissingLibrary
from palate.events import ignore
from palate.plan import compile_plan, sharding
from palate.recipe import load_recipe
from palate.registry import installed
from palate.runs import run
from palate.store import Store
from palate.testing import conforms
from palate_ray import cluster as cluster_module
from palate_ray import memory
from palate_ray.cluster import Cluster, connected
from palate_ray.engine import Ray
from palate_ray.sending import Sender, Task

ray = pytest.importorskip("ray", reason="palate[ray] is not installed")


@pytest.fixture(scope="module", autouse=True)
def cluster():
    from ray.cluster_utils import Cluster as Nodes

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        head = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 * 2**20}
        nodes = Nodes(initialize_head=True, head_node_args=head)
        nodes.add_node(num_cpus=1, object_store_memory=80 * 2**20)
        ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
        yield nodes
        ray.shutdown()
        nodes.shutdown()


TestRay = conforms(Ray)


def artifacts(store):
    """The bytes of every file of every artifact, but for when it was made and how long that took."""
    return {
        path.relative_to(store): path.read_bytes()
        for path in sorted((Path(store) / "artifacts").rglob("*"))
        if path.is_file() and path.name != "meta.json"
    }


@pytest.fixture
def right(recipe, tmp_path):
    """The artifacts of the recipe as this process makes them."""
    run(recipe, folder=tmp_path / "local-runs", store=tmp_path / "local")
    return artifacts(tmp_path / "local")


def is_ours(process):
    """Whether a process descends from this one."""
    while process > 1:
        if process == os.getpid():
            return True
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        process = int(fields[1])
    return False


def kill_once(name):
    """Kill the first worker of this cluster that is seen at a step of this name; whether one was."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                at_it = f"ray::{name}".encode() in (entry / "cmdline").read_bytes()
                if at_it and is_ours(int(entry.name)):
                    os.kill(int(entry.name), signal.SIGKILL)
                    return True
        time.sleep(0.002)
    return False


def test_results_equal_those_of_local_when_a_worker_is_killed_and_that_step_alone_is_done_again(
    recipe, tmp_path, right
):
    killed = []
    thread = threading.Thread(target=lambda: killed.append(kill_once("branches.linear.fit")))
    thread.start()
    events = []
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    done = Ray().run(plan, events.append)
    thread.join()
    assert killed == [True]
    assert artifacts(tmp_path / "store") == right
    assert len(done.computed) == len(set(done.computed)) == sum(step.kept for step in plan.steps)
    said = [event.message for event in events if event.what == "notice"]
    assert any("its worker was killed or crashed; it is done again" in message for message in said)


@pytest.fixture
def plan(recipe, tmp_path):
    return compile_plan(load_recipe(recipe), Store(tmp_path))


@pytest.fixture
def sender(plan, monkeypatch):
    """A sender that sends nothing; `sent` has the memory asked for at each try."""
    made = Sender(Cluster(ray.get_runtime_context().gcs_address), plan.store)
    made.sent = []
    monkeypatch.setattr(Sender, "send", lambda self, task: self.sent.append(task.memory))
    return made


def test_a_step_is_sent_again_twice_and_no_more(sender, plan):
    task = Task(plan.fold, 100)
    for _ in range(2):
        sender.again(task, ray.exceptions.WorkerCrashedError())
    with pytest.raises(ComputeError, match=r"'data.split' was lost 3 times: .* goes on from there"):
        sender.again(task, ray.exceptions.WorkerCrashedError())
    assert sender.sent == [100, 100]


def test_a_step_out_of_memory_asks_for_more_and_then_says_so(sender, plan):
    task = Task(plan.fold, 2**20)
    for _ in range(2):
        sender.again(task, ray.exceptions.OutOfMemoryError("the node is full"))
    with pytest.raises(ComputeError, match=r"'data.split' ran out of memory 3 times, with 4 MiB asked for"):
        sender.again(task, ray.exceptions.OutOfMemoryError("the node is full"))
    assert sender.sent == [2**21, 2**22]


def test_a_head_that_does_not_answer_is_said(sender, plan):
    sender.cluster = Cluster("127.0.0.1:1")
    with pytest.raises(ComputeError, match=r"the head of .* at 127.0.0.1:1 does not answer any more"):
        sender.again(Task(plan.fold, 1), ray.exceptions.NodeDiedError("x"))


def test_wide_steps_in_shards_give_the_same_and_leave_nothing_else(recipe, tmp_path, right):
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    events = []
    Ray(shards=3, least=1).run(plan, events.append)
    assert artifacts(tmp_path / "store") == right
    last = {event.step: (event.done, event.total) for event in events if event.unit == "shards"}
    assert set(last) == {row.ranking.name for row in plan.rows}
    assert set(last.values()) == {(3, 3)}


def test_a_fit_in_rounds_gives_the_same_and_leaves_none_of_them(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(sharding, "FIT", 1)
    recipe["branches"]["linear"]["rank"] = {"use": "ials", "factors": 4, "iterations": 2}
    run(recipe, folder=tmp_path / "runs", store=tmp_path / "local")
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "store"))
    events = []
    Ray(shards=2, least=1).run(plan, events.append)
    assert artifacts(tmp_path / "store") == artifacts(tmp_path / "local")
    last = {event.step: (event.done, event.total) for event in events if event.unit == "shards"}
    assert last["branches.linear.fit"] == (10, 10)


def test_a_step_too_large_for_any_node_is_said_before_it_is_sent(recipe, tmp_path):
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    fit = next(step for step in plan.steps if step.name == "branches.linear.fit")
    memory.note(fit, 10**15, plan.store)
    with pytest.raises(ComputeError, match=r"'branches.linear.fit' is too large .* of 2 nodes has"):
        Ray().run(plan, ignore)


def test_a_cluster_is_asked_of_its_nodes_once_a_second_unless_something_was_lost(monkeypatch):
    asked = []
    monkeypatch.setattr(cluster_module, "_accepts", lambda head: asked.append(head) or True)
    found = Cluster("head:1")
    assert found.answers()
    assert found.answers()
    assert len(asked) == 1
    found.ask_again()
    assert found.answers()
    assert len(asked) == 2


def test_trials_as_tasks_give_the_study_of_one_process(recipe, tmp_path):
    pytest.importorskip("optuna")
    recipe["branches"] = {
        "linear": {"rank": {"use": "ease", "l2": {"search": "log", "low": 0.1, "high": 1000}}}
    }
    del recipe["fuse"]
    options = {"trials": 4, "sampler": "random"}
    here = palate_tune.tune(recipe, **options, store=tmp_path / "here")
    there = palate_tune.tune(recipe, **options, store=tmp_path / "there", engine="ray", processes=2)
    kept = [here.trials[column].to_list() == there.trials[column].to_list() for column in ("state", "value")]
    assert kept == [True, True]
    assert there.values == here.values


def test_recipes_and_folds_of_a_comparison_have_the_same_values(recipe, tmp_path):
    recipe["branches"] = {"linear": {"rank": {"use": "ease", "l2": 5.0}}}
    recipe["data"]["split"] = {"use": "k-fold", "folds": 2}
    del recipe["fuse"]
    found = []
    for engine in ("local", "ray"):
        places = {"store": tmp_path / engine, "folder": tmp_path / f"{engine}-runs", "engine": engine}
        compared = palate_compare.compare(recipe, vary=["branches.linear.rank.l2=1,500"], **places)
        found.append((compared.pairs.rows(), artifacts(tmp_path / engine)))
    assert found[0] == found[1]


def test_nodes_with_another_version_of_a_library_are_refused_by_name(recipe, tmp_path, monkeypatch):
    real = cluster_module.environment
    monkeypatch.setattr(cluster_module, "environment", lambda *given: real(*given) | {"numpy": "0"})
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    with pytest.raises(ComputeError, match=r"node \S+ \(\S+\) is refused, .*: numpy is \S+ there and 0 here"):
        Ray().run(plan, ignore)


def test_nodes_that_do_not_see_the_store_are_named_at_the_start(recipe, tmp_path, monkeypatch):
    answer = [("far (10.0.0.2)", {"sees": False})]
    monkeypatch.setattr(Cluster, "_examined", lambda self, text: answer)
    plan = compile_plan(load_recipe(recipe), Store(tmp_path / "here"))
    with pytest.raises(ComputeError, match=r"node far \(10.0.0.2\) does not see the store .*: a folder"):
        Ray().run(plan, ignore)
    assert not plan.store.has(plan.data.fingerprint)


def test_a_node_without_palate_is_named(recipe, tmp_path, monkeypatch):
    answer = [("far (10.0.0.2)", {"problem": "ModuleNotFoundError: No module named 'palate_ray'"})]
    monkeypatch.setattr(Cluster, "_examined", lambda self, text: answer)
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    with pytest.raises(ComputeError, match=r"node far .* cannot work for palate: .* 'palate_ray'"):
        Ray().run(plan, ignore)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:1", r"no Ray cluster answers at 127.0.0.1:1"),
        ("somewhere", r"--address is HOST:PORT, .*; got 'somewhere'"),
    ],
)
def test_an_address_where_nothing_answers_is_said(monkeypatch, address, said):
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with pytest.raises(ComputeError, match=said), connected(address):
        pass


def test_without_ray_the_extra_is_named(monkeypatch):
    found = installed().find("engine", "ray")
    monkeypatch.setitem(found.__dict__, "missing", ("ray",))
    assert isinstance(found, Component)
    with pytest.raises(MissingLibrary, match=r'pip install "palate\[ray\]"'):
        found.make()


def test_who_watches_is_told_once_that_the_head_is_gone_and_never_while_it_answers(monkeypatch):
    monkeypatch.setattr(cluster_module, "_LOOK", 0.01)
    told, gone = [], threading.Event()

    def lost():
        told.append(1)
        gone.set()

    with cluster_module.watched(Cluster("127.0.0.1:1"), lost):
        assert gone.wait(10)
    with cluster_module.watched(Cluster(ray.get_runtime_context().gcs_address), lambda: told.append(2)):
        time.sleep(0.2)
    assert told == [1]
