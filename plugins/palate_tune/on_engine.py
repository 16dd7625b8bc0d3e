"""Trials as tasks of an engine, which computes their steps elsewhere. Needs optuna."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import optuna
from optuna.trial import TrialState

from palate.errors import PluginError, StoreError, TuningError
from palate.plan.compute import FromStore
from palate.plan.steps import Step, in_order
from palate.plan.tasks import TaskDone, Tasks
from palate.recipe import Recipe
from palate_tune.drawing import drawn
from palate_tune.objective import Objective
from palate_tune.request import TuningRequest
from palate_tune.studies import REASON, STOPPED, StudyFile, quiet
from palate_tune.trial import in_words

ENDS = (StoreError, PluginError)
"""What ends a study and not a trial: a store that cannot be written, a node that differs."""


def on_engine(
    request: TuningRequest,
    objective: Objective,
    file: StudyFile,
    tasks: Tasks,
    count: int,
    at_once: int,
    began: float,
) -> Iterator[int]:
    """Run `count` trials, at most `at_once` at a time; the number of each as it is recorded.

    They are recorded in the order in which they began, and the next begins once the first of those at work
    is recorded. So what a trial tries depends on seed and `at_once`, and not on which worker is quick; one
    at a time gives the study of a single process.
    """
    open_trials: deque[OpenTrial] = deque()
    begun, longest = 0, 0.0

    def may_begin() -> bool:
        late = request.minutes is not None and begun
        return begun < count and not (
            late and time.monotonic() + longest > began + 60 * (request.minutes or 0.0)
        )

    try:
        with quiet():
            while open_trials or may_begin():
                while len(open_trials) < at_once and may_begin():
                    found = drawn(file, objective)
                    if found is None:
                        count = begun
                        break
                    open_trials.append(OpenTrial.begin(*found, objective, tasks))
                    begun += 1
                _listen(open_trials, tasks)
                while open_trials and open_trials[0].state is not None:
                    longest = max(longest, open_trials[0].seconds)
                    yield open_trials[0].record(file)
                    open_trials.popleft()
    except BaseException:
        with quiet():
            for left in open_trials:
                left.stop(file)
        raise


def _listen(open_trials: deque[OpenTrial], tasks: Tasks) -> None:
    """Hand what has ended to the trials that it is of. Raises what ends a study."""
    if any(trial.state is None for trial in open_trials):
        for number, done in tasks.ended():
            next(trial for trial in open_trials if trial.task == number).go_on(done, tasks)


@dataclass
class OpenTrial:
    """A trial that was begun and is not recorded yet. `state` is how it ended; None while it is at work."""

    trial: optuna.Trial
    objective: Objective
    evaluations: tuple[Step, ...] = ()
    """One a share of the users, smallest share first."""
    owner: str = ""
    task: int = -1
    share: int = 0
    value: float | None = None
    state: TrialState | None = None
    begun: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    computed: list[str] = field(default_factory=list)
    peak_bytes: int = 0

    @classmethod
    def begin(cls, trial: optuna.Trial, recipe: Recipe, objective: Objective, tasks: Tasks) -> OpenTrial:
        """Have the first share of the users evaluated."""
        found = cls(trial, objective)
        try:
            # between two shares the fit lies in the store, since another worker may have the second
            plan = objective.plan(recipe) if len(objective.shares) == 1 else objective.whole_plan(recipe)
        except Exception as error:
            found._failed(error)
            return found
        found.evaluations = tuple(row.evaluation for row in plan.rows)
        found.owner = plan.owner(plan.fold)
        found._send(tasks)
        return found

    def go_on(self, done: TaskDone | BaseException, tasks: Tasks) -> None:
        """Take the value of a share of the users, and have the next one evaluated unless it is given up."""
        if isinstance(done, ENDS) or (isinstance(done, BaseException) and not isinstance(done, Exception)):
            raise done
        if isinstance(done, Exception):
            self._failed(done)
            return
        self.computed += done.computed
        self.peak_bytes = max(self.peak_bytes, done.peak_bytes)
        value = self.objective.value(FromStore(self.objective.store)(self.evaluations[self.share]))
        if not math.isfinite(value):
            self._failed(TuningError(f"{self.objective.metric.label} has no value: {value}"))
        elif self.share == len(self.evaluations) - 1:
            self.value = value
            self._ended(TrialState.COMPLETE)
        else:
            self.trial.report(value, self.share)
            if self.trial.should_prune():
                self._ended(TrialState.PRUNED)
            else:
                self.share += 1
                self._send(tasks)

    def record(self, file: StudyFile) -> int:
        """Tell the study how it ended; its number."""
        self.trial.set_user_attr("seconds", round(self.seconds, 3))
        self.trial.set_user_attr("computed", self.computed)
        self.trial.set_user_attr("peak_bytes", self.peak_bytes)
        file.study.tell(self.trial, self.value, self.state)
        return self.trial.number

    def stop(self, file: StudyFile) -> None:
        """Record that it was stopped, so that it is made up for."""
        self.trial.set_user_attr(STOPPED, True)
        file.study.tell(self.trial, state=TrialState.FAIL)
        self._let_go()

    def _send(self, tasks: Tasks) -> None:
        self.task = tasks.begin(self.evaluations[self.share], self.owner)

    def _failed(self, error: Exception) -> None:
        self.trial.set_user_attr(REASON, in_words(error))
        self._ended(TrialState.FAIL)

    def _ended(self, state: TrialState) -> None:
        self.state, self.seconds = state, time.perf_counter() - self.begun
        self._let_go()

    def _let_go(self) -> None:
        """Remove from the store what no other trial could use."""
        unique = self.objective.unique_steps & set(self.computed)
        for step in in_order(self.evaluations):
            if step.name in unique and step.kept:
                self.objective.store.discard(step.fingerprint)
