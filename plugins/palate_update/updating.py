"""A run brought up to date: a new run on what its data have grown to, which goes on from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from palate.checksums import damage
from palate.errors import StoreError, listed
from palate.events import Event
from palate.plan.updating import updated
from palate.registry import installed
from palate.runs import Run
from palate.runs.announce import announce
from palate.runs.engines import EngineChoice, engine_of
from palate.runs.finished import RESULTS
from palate.runs.start import clear_up, finished, place, read, record, remind, teller
from palate.store.codec import TREE
from palate.store.place import store_at
from palate_update.coming import Coming
from palate_update.parent import Parent


def update(
    run: Run | str | Path,
    events: Iterable[str | Path] = (),
    *,
    items: str | Path | None = None,
    users: str | Path | None = None,
    logs: Iterable[str | Path] = (),
    tune: bool = False,
    late: bool = False,
    reread: bool = False,
    folder: str | Path | None = None,
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
) -> Run:
    """A new run on the data of `run` and what came since, whose rankers go on from those of `run`.

    What came is read from files of `events`, `items` and `users` and from event `logs` of services, or,
    without any, from the run's own source. The weights of a fuser stay unless `tune`. Files and logs may hold
    new events from before the run's last one only if `late`; with `reread` a source that can give what came
    since a moment is read as a whole. The new run lies in `folder` (default: beside the old one).

    Raises DataError where nothing came or what came does not fit, StoreError where the run is damaged.
    """
    registry = installed()
    coming = Coming(_paths(events), *map(_path, (items, users)), _paths(logs))
    old = Parent(_whole(run), store_at(store), registry)
    target_folder = Path(folder) if folder is not None else old.run.folder.absolute().parent
    emit = teller(registry, display)
    remind(old.recipe, emit)
    clear_up(old.store, target_folder)
    found = (
        old.grown_by(coming, target_folder, late) if coming else old.grown_at_source(target_folder, reread)
    )
    plan = updated(found.plan, old.earlier, tune)
    if not any(step.operation == "update" for step in plan.steps):
        emit(Event("notice", message="no ranker goes on from the earlier run: all are fitted again"))
    target = place(plan, target_folder)
    if finished(target, plan, emit):
        done = read(target, emit)
    else:
        execution = engine_of(engine, registry).run(plan, emit)
        record(plan, execution, target, parent=old.about | found.counts)
        done = Run(target, computed=len(execution.computed))
    announce(plan, done, emit)
    return done


def _whole(run: Run | str | Path) -> Run:
    """The run, read and undamaged. Raises StoreError."""
    folder = run.folder if isinstance(run, Run) else Path(run)
    if folder.is_file():
        raise StoreError(f"{folder} is a file, not the folder of a run; `palate run` makes one of a recipe")
    if (folder / TREE).is_file() and not (folder / RESULTS).is_file():
        raise StoreError(
            f"{folder} is a pipeline without the run it is from; update that, or fit again by `palate fit`"
        )
    found = Run(folder)
    broken = damage(folder)
    if broken:
        raise StoreError(f"{folder} is damaged ({listed(broken, 3)}): run its recipe again and update that")
    return found


def _paths(given: Iterable[str | Path]) -> tuple[Path, ...]:
    return tuple(map(Path, [given] if isinstance(given, (str, Path)) else given))


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)
