"""From a recipe to a finished run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palate.checksums import damage
from palate.errors import StoreError, disk_full, listed, unwritten
from palate.events import Emit, Event
from palate.leftovers import sweep
from palate.lock import remarks
from palate.paths import whole_folder
from palate.pipeline import Pipeline
from palate.plan import Plan, compile_plan
from palate.recipe import load_recipe
from palate.recipe.load import Settings
from palate.recipe.model import Recipe
from palate.registry import Registry, installed
from palate.runs.announce import announce
from palate.runs.engines import EngineChoice, engine_of
from palate.runs.finished import RESULTS, Run
from palate.runs.ground_truth import GroundTruth
from palate.runs.writing import ground_truth, write
from palate.store import Store
from palate.store.place import store_at


def run(
    recipe: str | Path | Mapping[str, Any] | Recipe,
    settings: Settings = (),
    *,
    folder: str | Path = "runs",
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> Run:
    """Run a recipe: fit, recommend, evaluate. Returns the run, whose folder holds everything.

    `recipe` is a path, the name of a shipped recipe, or the recipe as a mapping; `settings` are
    laid over it. What `store` (default: the cache folder) already has is not computed again, and a
    recipe whose run is complete in `folder` is only read. `engine` says where the steps run: a name, or a
    mapping such as `{"use": "local", "jobs": 2}`. `display` shows progress on stderr.
    """
    registry = registry or installed()
    checked = load_recipe(recipe, settings, registry)
    remind(checked, teller(registry, display))
    plan = compile_plan(checked, store_at(store), registry)
    target = place(plan, folder)
    emit = teller(registry, display)
    clear_up(plan.store, folder)
    if finished(target, plan, emit):
        done = read(target, emit)
    else:
        execution = engine_of(engine, registry).run(plan, emit)
        record(plan, execution, target)
        done = Run(target, computed=len(execution.computed))
    announce(plan, done, emit)
    return done


def fit(
    recipe: str | Path | Mapping[str, Any] | Recipe,
    settings: Settings = (),
    *,
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> Pipeline:
    """The pipeline of a recipe, fitted on all its data: for use, not for evaluation.

    A fuser whose weights are tuned is tuned on the recipe's split, as in `run`.
    """
    registry = registry or installed()
    checked = load_recipe(recipe, settings, registry)
    remind(checked, teller(registry, display))
    where = store_at(store)
    plan = compile_plan(checked, where, registry, everything=True)
    where.sweep()
    execution = engine_of(engine, registry).run(plan, teller(registry, display))
    pipeline: Pipeline = execution.value(plan.pipeline)
    return pipeline


def teller(registry: Registry, display: bool) -> Emit:
    def emit(event: Event) -> None:
        event.details.setdefault("display", display)
        registry.emit(event)

    return emit


def remind(recipe: Recipe, emit: Emit) -> None:
    """Say in what the installed plugins differ from the recipe's lock, where it has one."""
    for said in remarks(recipe):
        emit(Event("notice", message=said))


def read(target: Path, emit: Emit) -> Run:
    """A finished run; what its steps had to report is reported again."""
    found = Run(target)
    for message in found.steps_warnings:
        emit(Event("notice", message=message))
    return found


def place(plan: Plan, folder: str | Path) -> Path:
    """Where the run of a plan lies among other runs."""
    return Path(folder) / f"{plan.recipe.name}-{plan.fingerprint[:8]}"


def finished(target: Path, plan: Plan, emit: Emit) -> bool:
    """Whether the folder holds all that the run of this plan keeps, every byte as it was written.

    Says what is damaged in one that does not; it is written again.
    """
    if not target.exists():
        return False
    found = damage(target)
    if not found and Run(target).results.get("fingerprint") != plan.fingerprint:
        found = [RESULTS]
    if found:
        emit(Event("notice", message=f"{target} is damaged ({listed(found, 3)}); it is made again"))
    return not found


def clear_up(store: Store, folder: str | Path) -> None:
    """Remove what killed processes left unfinished in the store and among the runs."""
    store.sweep()
    sweep(Path(folder))


def record(
    plan: Plan,
    execution: Any,
    target: Path,
    truth: GroundTruth | None = None,
    parent: Mapping[str, Any] | None = None,
) -> GroundTruth:
    """Write the run's folder whole, or not at all; returns what the run was evaluated against.

    That may be given where another run on the same fold has it already. `parent` is the run it goes on from.
    """
    known = truth or ground_truth(plan, execution)
    try:
        with whole_folder(target) as room:
            write(plan, execution, room, known, parent)
    except Exception as error:
        if not (isinstance(error, OSError) or disk_full(error)):
            raise
        raise StoreError(f"the run cannot be written to {target}: {unwritten(error)}") from error
    return known
