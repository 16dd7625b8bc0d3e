"""One trial, from the values it tries to the value of the metric. Needs optuna."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import optuna
from optuna.trial import FrozenTrial, TrialState

from palate.errors import StoreError, TuningError
from palate.events import Event
from palate.plan import ValidationPlan
from palate.plan.execute import Execution
from palate.plan.steps import TRANSIENT
from palate.recipe import Recipe
from palate_tune.drawing import drawn
from palate_tune.objective import Objective
from palate_tune.studies import REASON, STOPPED, StudyFile, quiet


def run_trial(file: StudyFile, objective: Objective) -> FrozenTrial | None:
    """Run the next trial of the study and record how it ended; None where there is nothing left to try.

    A trial that raises has failed, with the reason, and the study continues. Stopped by Ctrl-C, or by
    a store that cannot be written, it does not count, and the exception is raised through.
    """
    study = file.study
    with quiet():
        started = time.perf_counter()
        found = drawn(file, objective)
        if found is None:
            return None
        trial, recipe = found
        computed = ComputedSteps()
        try:
            value = _evaluate(trial, recipe, objective, computed)
        except optuna.TrialPruned:
            state, value = TrialState.PRUNED, None
        except (KeyboardInterrupt, StoreError, SystemExit):
            trial.set_user_attr(STOPPED, True)
            study.tell(trial, state=TrialState.FAIL)
            raise
        except Exception as error:
            trial.set_user_attr(REASON, in_words(error))
            state, value = TrialState.FAIL, None
        else:
            state = TrialState.COMPLETE
        trial.set_user_attr("seconds", round(time.perf_counter() - started, 3))
        trial.set_user_attr("computed", computed.names)
        trial.set_user_attr("peak_bytes", computed.peak_bytes)
        return study.tell(trial, value, state)


@dataclass
class ComputedSteps:
    """The steps that had to be computed, and the most memory one of them took (bytes)."""

    plan: ValidationPlan | None = None
    names: list[str] = field(default_factory=list)
    peak_bytes: int = 0

    def __call__(self, event: Event) -> None:
        if event.what == "step-finished" and self.plan is not None:
            operation = next(step.operation for step in self.plan.steps if step.name == event.step)
            if operation not in TRANSIENT:
                self.names.append(event.step)
                self.peak_bytes = max(self.peak_bytes, event.peak_bytes)


def _evaluate(trial: optuna.Trial, recipe: Recipe, objective: Objective, computed: ComputedSteps) -> float:
    plan = computed.plan = objective.plan(recipe)
    execution = Execution(plan, computed)
    for at, row in enumerate(plan.rows):
        value = objective.value(execution.value(row.evaluation))
        if not math.isfinite(value):
            raise TuningError(f"{objective.metric.label} has no value: {value}")
        if at < len(plan.rows) - 1:
            trial.report(value, at)
            if trial.should_prune():
                raise optuna.TrialPruned
    return value


def in_words(error: Exception) -> str:
    """Why a trial failed, as the study keeps it."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500]
