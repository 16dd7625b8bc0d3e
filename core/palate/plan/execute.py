"""Doing the steps that the store does not have, one after another or several side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from threading import RLock
from typing import Any

from palate.errors import StoreError
from palate.events import Emit, Event
from palate.plan.asking import check_questions
from palate.plan.compute import compute, loaded
from palate.plan.context import WARNINGS
from palate.plan.merged import MergedPlan
from palate.plan.needed import Needed
from palate.plan.side_by_side import side_by_side
from palate.plan.sizes import DATA, check_sizes
from palate.plan.steps import Plan, Step
from palate.store import Meta


@dataclass
class Execution:
    """A plan while it runs on this machine.

    Values live in memory only while a step that is still to come needs them. A stored artifact
    that turns out damaged is made again. With `jobs` above 1 so many steps that do not stand on one another
    run side by side. Of `total` steps that are kept `reused` were in the store before.
    """

    plan: Plan | MergedPlan
    emit: Emit
    values: dict[str, Any] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    jobs: int = 1
    reused: int = 0
    total: int = 0
    _lock: Any = field(default_factory=RLock, repr=False, compare=False)
    _reading: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def run(self) -> Execution:
        """Do every missing step. Raises KeyboardInterrupt through, with what is done kept."""
        with self.announced() as todo:
            rest = self.data_first(todo)
            if self.jobs > 1 and len(rest) > 1:
                self._together(rest)
            else:
                self._in_turn(rest)
        return self

    @contextmanager
    def announced(self) -> Iterator[Sequence[Step]]:
        """The missing steps, to be done within; reports that the plan begins, and how it ends."""
        todo = self.plan.missing()
        self.total = sum(step.kept for step in self.plan.steps)
        self.reused = self.total - sum(step.kept for step in todo)
        runs = len(self.plan.plans) if isinstance(self.plan, MergedPlan) else 1
        about = {"name": self.plan.name, "runs": runs}
        self.emit(Event("plan-started", done=self.reused, total=self.total, details=about))
        for event in _warnings_of_stored(self.plan, todo):
            self.emit(event)
        try:
            yield todo
        except BaseException:
            self.emit(Event("plan-interrupted", done=self.done, total=self.total))
            raise
        about = {"computed": len(self.computed)}
        self.emit(Event("plan-finished", done=self.total, total=self.total, details=about))

    @property
    def done(self) -> int:
        """How many of the steps that are kept are in the store by now."""
        return self.reused + len(self.computed)

    def data_first(self, todo: Sequence[Step]) -> Sequence[Step]:
        """Read and split the data, and check that all that is to be fitted on them can be; returns the rest.

        Raises ComponentError for what cannot be fitted on so much, and DataError for a part that cannot be
        asked for, before hours are spent on branches.
        """
        first = list(takewhile(lambda step: step.operation in DATA, todo))
        rest = todo[len(first) :]
        for step in first:
            self.values[step.fingerprint] = self.compute(step, self.done, self.total)
        check_questions(rest, self._at_hand, self.value)
        for step, message in check_sizes(rest, self._at_hand, self.value):
            self.emit(Event("notice", step.name, message=f"{step.name}: {message}"))
        wanted = {below.fingerprint for step in rest for below in step.inputs}
        self._let_go(step.fingerprint for step in first if step.fingerprint not in wanted)
        return rest

    def _at_hand(self, step: Step) -> bool:
        return step.fingerprint in self.values or self.plan.store.has(step.fingerprint)

    def _in_turn(self, todo: Sequence[Step]) -> None:
        needed = Needed.by(todo)
        for step in todo:
            self.values[step.fingerprint] = self.compute(step, self.done, self.total)
            self._let_go(needed.after(step))

    def _together(self, todo: Sequence[Step]) -> None:
        needed = Needed.by(todo)

        def work(step: Step, emit: Emit) -> None:
            value = self.compute(step, self.done, self.total, emit)
            with self._lock:
                self.values[step.fingerprint] = value

        for step in side_by_side(todo, work, self.jobs, self.emit):
            with self._lock:
                self._let_go(needed.after(step))

    def _let_go(self, fingerprints: Iterable[str]) -> None:
        for fingerprint in fingerprints:
            self.values.pop(fingerprint, None)

    def value(self, step: Step, emit: Emit | None = None) -> Any:
        """What a step makes: from memory, from the store, or made now."""
        with self._lock:
            if step.fingerprint in self.values:
                return self.values[step.fingerprint]
            reading = self._reading.setdefault(step.fingerprint, RLock())
        with reading:  # two that want it at once read it once
            if step.fingerprint not in self.values:
                found = loaded(step, self.plan.store, emit or self.emit)
                value = found[0] if found else self.compute(step, 0, 0, emit)
                with self._lock:
                    self.values[step.fingerprint] = value
            return self.values[step.fingerprint]

    def forget(self, steps: Iterable[Step] = ()) -> None:
        """Let go of everything held in memory but what these steps made."""
        kept = {step.fingerprint for step in steps}
        self.values = {name: value for name, value in self.values.items() if name in kept}

    def compute(self, step: Step, done: int, total: int, emit: Emit | None = None) -> Any:
        """Do one step, keep what it makes, and say how long it took."""
        emit = emit or self.emit
        inputs = {below.fingerprint: self.value(below, emit) for below in step.inputs}
        if step.kept:
            emit(started_event(step, done, total))
        found = compute(
            step, self.plan.store, lambda below: inputs[below.fingerprint], emit, self.plan.owner(step)
        )
        if found.meta is not None:
            with self._lock:
                self.computed.append(step.name)
            emit(finished_event(step, found.meta, done + 1, total))
        return found.value


def _warnings_of_stored(plan: Plan | MergedPlan, todo: Sequence[Step]) -> Iterator[Event]:
    """What the steps that are not computed anew had to report, to be reported again."""
    anew = {step.fingerprint for step in todo}
    for step in plan.steps:
        if step.fingerprint in anew or not step.kept:
            continue
        try:
            warnings = plan.store.meta(step.fingerprint).notes.get(WARNINGS, ())
        except StoreError:  # reported, and computed again, where its value is needed
            continue
        for message in warnings:
            yield Event("notice", step.name, message=f"{step.name}: {message}")


def started_event(step: Step, done: int, total: int) -> Event:
    """That a step begins."""
    return Event("step-started", step.name, done=done, total=total)


def finished_event(step: Step, meta: Meta | None, done: int, total: int) -> Event:
    """That a step is done, with what is noted of it."""
    return Event(
        "step-finished", step.name, done, total,
        seconds=meta.seconds if meta else 0.0, peak_bytes=meta.peak_bytes if meta else 0,
        details=meta.notes if meta else {}, fingerprint=step.fingerprint,
    )  # fmt: skip
