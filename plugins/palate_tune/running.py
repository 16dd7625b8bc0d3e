"""Running the trials of a study, each reported as an event. Needs optuna."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial

from palate.events import Emit, Event
from palate.plan.tasks import Tasks
from palate_tune.objective import Objective
from palate_tune.on_engine import on_engine
from palate_tune.request import TuningRequest
from palate_tune.result import TuningResult
from palate_tune.results import collect, write
from palate_tune.studies import REASON, REFUSED, StudyFile
from palate_tune.trial import run_trial
from palate_tune.trial_table import STATES, values
from palate_tune.workers import in_processes

SETTLED = 5.0  # seconds until what another process wrote to the journal can be read


def run(
    request: TuningRequest,
    objective: Objective,
    outputs: Sequence[Path],
    processes: int,
    display: bool,
    engine: Any,
) -> TuningResult:
    """Run the trials of one recipe that are left, as far as its minutes go, and collect the result.

    With an engine that computes tasks elsewhere (`tasks`) each is one, else they run here.
    """
    began = time.monotonic()

    def tell(event: Event) -> None:
        event.details.setdefault("display", display)
        objective.registry.emit(event)

    file = StudyFile.open(request, objective, lambda message: tell(Event("notice", message=message)))
    file.recover()
    with ExitStack() as stack:
        tasks = None
        if hasattr(engine, "tasks"):
            notices = _only_notices(tell)
            tasks = stack.enter_context(engine.tasks(objective.store, notices))
        shared = objective.prepare(engine)
        _run_trials(request, objective, file, processes, tell, began, tasks)
    tuned = collect(request, objective, file, len(shared))
    best = {"study": tuned.study, "metric": tuned.metric, "trial": tuned.best, "value": tuned.value}
    tell(Event("tuning-finished", details={**best, "recipe": tuned.name, "values": dict(tuned.values)}))
    return write(request, objective, file, tuned, outputs)


def _run_trials(
    request: TuningRequest,
    objective: Objective,
    file: StudyFile,
    processes: int,
    tell: Emit,
    began: float,
    tasks: Tasks | None,
) -> None:
    """The trials that are left, here, in several processes or as tasks; each is reported."""
    count = file.left(request.trials)
    total = len(file.finished()) + count
    tell(
        Event(
            "plan-started",
            done=total - count,
            total=total,
            details={"name": file.study.study_name, "runs": 0},
        )
    )
    if tasks is not None:
        ends = on_engine(request, objective, file, tasks, count, processes, began)
    elif processes > 1 and count > 1:
        ends = in_processes(request, count, processes, lambda message: tell(Event("notice", message=message)))
    else:
        ends = _one_by_one(request, objective, file, count, began)
    done = total - count
    try:
        for number in ends:
            done += 1
            tell(_event(objective, file, _trial(file, number), done, total))
    except BaseException:
        tell(Event("plan-interrupted", done=done, total=total))
        raise
    refused = file.refused()
    if refused:
        tell(Event("notice", message=_refusals(len(refused), refused[-1].user_attrs[REFUSED], done, total)))
    tell(Event("plan-finished", done=done, total=total))


def _refusals(count: int, reason: str, done: int, total: int) -> str:
    """How many combinations were drawn that are no recipe, in words."""
    others = "and others drawn" if done == total else f"which leaves {done} trials of {total}"
    combinations = "1 combination that was drawn makes" if count == 1 else f"{count:,} combinations make"
    return f"{combinations} no recipe that works, {others}; the last: {reason}"


def _only_notices(tell: Emit) -> Emit:
    """Hands on what an engine has to say; the steps of a trial are not reported one by one."""

    def listen(event: Event) -> None:
        if event.what == "notice":
            tell(event)

    return listen


def _one_by_one(
    request: TuningRequest, objective: Objective, file: StudyFile, count: int, began: float
) -> Iterator[int]:
    """The numbers of trials as they end; with minutes none that, if as long as the longest, would be late."""
    longest = 0.0
    for done in range(count):
        start = time.monotonic()
        if request.minutes is not None and done and start + longest > began + 60 * request.minutes:
            return
        trial = run_trial(file, objective)
        if trial is None:
            return
        yield trial.number
        longest = max(longest, time.monotonic() - start)


def _trial(file: StudyFile, number: int) -> FrozenTrial:
    """A trial that has ended, by its number.

    While another process writes to the journal, a reader may see it end before that process's last lines.
    """
    until = time.monotonic() + SETTLED
    while number >= len(trials := file.study.get_trials(deepcopy=False)) and time.monotonic() < until:
        time.sleep(0.01)
    return trials[number]


def _event(objective: Objective, file: StudyFile, trial: FrozenTrial, done: int, total: int) -> Event:
    known = trial.user_attrs
    seconds, peak = known.get("seconds", 0.0), known.get("peak_bytes", 0)
    told = {
        "number": trial.number, "state": STATES[trial.state], "metric": objective.metric.label,
        "value": trial.value, "values": values(trial, objective.searched.spaces), "seconds": seconds,
    }  # fmt: skip
    word, about = _word(objective, file, trial), {"trial": told}
    return Event("step-finished", word, done, total, "trials", seconds, peak, details=about)


def _word(objective: Objective, file: StudyFile, trial: FrozenTrial) -> str:
    """How a trial ended and what is best so far, in a line."""
    state, best = STATES[trial.state], file.best()
    said = f"trial {trial.number} {state}"
    if state == "complete":
        said = f"trial {trial.number} {objective.metric.label} {trial.value:.4f}"
    elif state == "failed":
        said += f" ({trial.user_attrs.get(REASON, '')})"
    return said + (f", best {best.value:.4f} in trial {best.number}" if best else "")
