"""Running the trials of a study, and saying how it goes. Needs optuna."""

from __future__ import annotations

from pathlib import Path

from optuna.trial import FrozenTrial

from palate.events import Event
from palate_tune.objective import Bench
from palate_tune.outcome import collected, write
from palate_tune.request import Order
from palate_tune.result import TuningResult
from palate_tune.studies import REASON, StudyFile
from palate_tune.trial import attempt
from palate_tune.trials import STATES
from palate_tune.workers import in_processes


def run(order: Order, bench: Bench, output: Path | None, processes: int, display: bool) -> TuningResult:
    """Run the trials of one recipe that are left, and collect what came of all."""
    file = StudyFile.open(order, bench)
    file.recover()
    shared = bench.prepare()
    count = file.left(order.trials)
    _try(order, bench, file, count, processes, display)
    tuned = collected(order, bench, file, len(shared))
    return tuned if output is None else write(order, bench, file, tuned, output)


def _try(order: Order, bench: Bench, file: StudyFile, count: int, processes: int, display: bool) -> None:
    """The trials that are left, here or in several processes, with word of each."""

    def tell(event: Event) -> None:
        event.details.setdefault("display", display)
        bench.registry.emit(event)

    total = len(file.finished()) + count
    tell(Event("plan-started", done=total - count, total=total, details={"name": file.study.study_name}))
    several = processes > 1 and count > 1
    ends = (
        in_processes(order, count, processes)
        if several
        else (attempt(file, bench).number for _ in range(count))
    )
    done = total - count
    try:
        for number in ends:
            done += 1
            trial = file.study.get_trials(deepcopy=False)[number]
            tell(_event(bench, file, trial, done, total))
    except BaseException:
        tell(Event("plan-interrupted", done=done, total=total))
        raise
    tell(Event("plan-finished", done=done, total=total))


def _event(bench: Bench, file: StudyFile, trial: FrozenTrial, done: int, total: int) -> Event:
    known = trial.user_attrs
    seconds, peak = known.get("seconds", 0.0), known.get("peak_bytes", 0)
    return Event("step-finished", _word(bench, file, trial), done, total, "trials", seconds, peak)


def _word(bench: Bench, file: StudyFile, trial: FrozenTrial) -> str:
    """How a trial ended and what is best so far, in a line."""
    state, best = STATES[trial.state], file.best()
    said = f"trial {trial.number} {state}"
    if state == "complete":
        said = f"trial {trial.number} {bench.metric.label} {trial.value:.4f}"
    elif state == "failed":
        said += f" ({trial.user_attrs.get(REASON, '')})"
    return said + (f", best {best.value:.4f} in trial {best.number}" if best else "")
