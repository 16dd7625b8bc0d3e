import threading

import pytest

from palate.arrays.threads import cores, cores_between
from palate.events import Event
from palate.plan import MergedPlan, compile_plan
from palate.plan.execute import Execution
from palate.plan.side_by_side import Board, brings_threads, side_by_side
from palate.plan.steps import Step
from palate.recipe import load_recipe
from palate.runs import run
from palate.store import Store


def step(name, *inputs):
    return Step(name, name, (), inputs)


DATA = step("data")
LEFT, RIGHT = step("left", DATA), step("right", DATA)
TOP = step("top", LEFT, RIGHT)
DIAMOND = [DATA, LEFT, RIGHT, TOP]


def test_independent_steps_run_at_once_and_none_before_what_it_stands_on():
    both = threading.Barrier(2, timeout=10)  # passes only where two are in it at the same time
    order = []

    def work(step, emit):
        if step in (LEFT, RIGHT):
            both.wait()
        order.append(step.name)

    done = [each.name for each in side_by_side(DIAMOND, work, 2, lambda event: None)]
    assert order[0] == done[0] == "data"
    assert order[3] == done[3] == "top"


def test_no_more_steps_are_ready_than_there_is_room_for():
    board = Board.of([DATA, step("other"), step("third")])
    assert [each.name for each in board.ready(2, [])] == ["data", "other"]
    assert [each.name for each in board.ready(2, [])] == ["third"]


def test_events_come_in_the_thread_that_asks():
    heard = []

    def work(step, emit):
        emit(Event("notice", step.name, message=threading.current_thread().name))

    def hear(event):
        heard.append((event.message, threading.current_thread() is threading.main_thread()))

    list(side_by_side(DIAMOND, work, 2, hear))
    assert len(heard) == 4
    assert all(name.startswith("palate-job") and here for name, here in heard)


def test_an_error_ends_it_and_what_stands_on_the_step_does_not_run():
    begun = []

    def work(step, emit):
        begun.append(step.name)
        if step is LEFT:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(side_by_side(DIAMOND, work, 1, lambda event: None))
    assert begun == ["data", "left"]


def test_the_cores_are_divided_between_the_jobs(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(8)), raising=False)
    with cores_between(3):
        assert cores() == 2
    assert cores() == 8


def test_of_steps_with_a_library_that_has_threads_one_at_a_time_is_ready(recipe, tmp_path, monkeypatch):
    from palate_linear.ease import Ease

    other = recipe["branches"]["linear"] | {"rank": {"use": "ease", "l2": 77}}
    recipe["branches"]["other"] = other
    plan = compile_plan(load_recipe(recipe), Store(tmp_path))
    fits = [each for each in plan.steps if each.name in ("branches.linear.fit", "branches.other.fit")]
    alone = [Step(fit.name, "fit", fit.blocks) for fit in fits]
    assert len(Board.of(alone).ready(2, [], alone=True)) == 2
    monkeypatch.setattr(Ease, "libraries", ("numpy",), raising=False)
    assert all(map(brings_threads, alone))
    board = Board.of(alone)
    (first,) = board.ready(2, [], alone=True)
    assert board.ready(1, [first], alone=True) == []
    assert len(board.ready(1, [], alone=True)) == 1


def test_a_run_with_jobs_has_the_files_of_a_run_without_byte_for_byte(recipe, tmp_path):
    alone = run(recipe, folder=tmp_path / "a", store=tmp_path / "s")
    beside = run(recipe, folder=tmp_path / "b", store=tmp_path / "t", engine={"use": "local", "jobs": 3})
    assert alone.computed == beside.computed > 0
    for path in sorted((tmp_path / "s" / "artifacts").rglob("*")):
        if path.is_file() and path.name != "meta.json":
            other = tmp_path / "t" / path.relative_to(tmp_path / "s")
            assert other.read_bytes() == path.read_bytes(), path


def test_several_recipes_run_side_by_side_over_one_store(recipe, tmp_path):
    plans = [compile_plan(load_recipe(recipe, [f"seed={n}"]), Store(tmp_path)) for n in (1, 2)]
    done = Execution(MergedPlan(tuple(plans)), lambda event: None, jobs=2).run()
    assert len(done.computed) == len({s.fingerprint for p in plans for s in p.steps if s.kept})
    assert not any(plan.missing() for plan in plans)
