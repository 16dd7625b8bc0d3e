"""From several recipes to as many finished runs, what they share computed once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from palate.plan import MergedPlan, compile_plan
from palate.recipe.model import Recipe
from palate.registry import Registry, installed
from palate.runs.announce import announce
from palate.runs.engines import EngineChoice, engine_of
from palate.runs.finished import Run
from palate.runs.ground_truth import GroundTruth
from palate.runs.start import clear_up, finished, place, read, record, remind, teller
from palate.store.place import store_at


def run_together(
    recipes: Sequence[Recipe],
    *,
    folder: str | Path = "runs",
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> list[Run]:
    """The runs of checked recipes, in their order; options as in `run`.

    `computed` of the first run counts all steps that had to be computed, for any of them.
    """
    registry = registry or installed()
    tell = teller(registry, display)
    for recipe in recipes:
        remind(recipe, tell)
    where = store_at(store)
    plans = [compile_plan(recipe, where, registry) for recipe in recipes]
    clear_up(where, folder)
    places = {place(plan, folder): plan for plan in plans}
    todo = {target: plan for target, plan in places.items() if not finished(target, plan, tell)}
    for target in (place(plan, folder) for plan in plans):
        if target not in todo:
            read(target, tell)
    computed = 0
    if todo:
        execution = engine_of(engine, registry).run(MergedPlan(tuple(todo.values())), tell)
        known: dict[tuple[str, bool], GroundTruth] = {}
        for target, plan in todo.items():
            same = (plan.fold.fingerprint, plan.recipe.asks_each_event)
            known[same] = record(plan, execution, target, known.get(same))
            execution.forget([plan.data, plan.fold])
        computed = len(execution.computed)
    done = [Run(place(plan, folder), computed if at == 0 else 0) for at, plan in enumerate(plans)]
    for plan, run in zip(plans, done, strict=True):
        announce(plan, run, tell)
    return done
