"""What every engine must do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from palate.events import Event, ignore
from palate.plan import Plan, compile_plan
from palate.recipe import load_recipe
from palate.registry import Registry
from palate.store import Store
from palate.testing import parts
from palate.testing.case import Case, ensure, same


def computes_the_targets_of_the_plan(case: Case) -> None:
    """What comes back answers `value(step)` for each step that the plan is for."""
    with _plan() as plan:
        done = case.make().run(plan, ignore)
        for step in plan.targets:
            ensure(done.value(step) is not None, f"value() gives nothing for the step {step.name!r}")
        right = plan.store.load(plan.rows[0].ranking.fingerprint)
        ensure(same(done.value(plan.rows[0].ranking), right), "the store holds another ranking")


def stores_what_it_computes(case: Case) -> None:
    """Afterwards nothing is missing from the store, and a second run computes nothing."""
    with _plan() as plan:
        done = case.make().run(plan, ignore)
        kept = {step.name for step in plan.steps if step.kept}
        ensure(
            set(done.computed) == kept, f"computed must name the steps {sorted(kept)}; got {done.computed}"
        )
        lacking = [step.name for step in plan.missing()]
        ensure(not lacking, f"after the run the store has no {', '.join(lacking)}")
        again = case.make().run(plan, ignore)
        ensure(not again.computed, f"a second run computes {', '.join(again.computed)}")


def emits_events(case: Case) -> None:
    """Once that the plan starts and ends, and of each step that it starts and ends."""
    told: list[Event] = []
    with _plan() as plan:
        case.make().run(plan, told.append)
        steps = sum(step.kept for step in plan.steps)
    said: list[str] = [event.what for event in told]
    for what, often in (("plan-started", 1), ("step-started", steps), ("step-finished", steps)):
        ensure(said.count(what) == often, f"{what!r} must come {often} times; it came {said.count(what)}")
    ensure(said[:1] == ["plan-started"], "the first event must be 'plan-started'")
    ensure(said[-1:] == ["plan-finished"], "the last event must be 'plan-finished'")


def a_step_that_fails_ends_the_run(case: Case) -> None:
    """Its error comes through, those who watch are told, and what was done before is kept."""
    told: list[Event] = []
    with _plan(scale=0.0) as plan:
        try:
            case.make().run(plan, told.append)
        except ZeroDivisionError:
            ensure(told[-1].what == "plan-interrupted", "the last event must be 'plan-interrupted'")
            ensure(plan.store.has(plan.data.fingerprint), "what was done before the error is lost")
            return
    ensure(False, "the error of a step is lost")


@contextmanager
def _plan(**options: Any) -> Iterator[Plan]:
    """A small plan of parts made for it, over a store that is empty."""
    registry = Registry()
    registry.load(parts.entry())
    recipe = {
        "recipe": 1,
        "data": {"source": "crowd", "split": "as-given"},
        "branches": {"counted": {"rank": {"use": "counted", **options}}},
        "top": 5,
        "evaluate": ["found@5"],
    }
    with TemporaryDirectory() as folder:
        yield compile_plan(load_recipe(recipe, registry=registry), Store(Path(folder)), registry)


CHECKS = (
    computes_the_targets_of_the_plan,
    stores_what_it_computes,
    emits_events,
    a_step_that_fails_ends_the_run,
)
