"""Doing the steps that the store does not have, one after another."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from palate.errors import ComponentError, PalateError, StoreError
from palate.events import Emit, Event
from palate.plan.context import WARNINGS, StepContext
from palate.plan.merged import MergedPlan
from palate.plan.operations import OPERATIONS
from palate.plan.peak_memory import PeakMemory
from palate.plan.steps import Plan, Step
from palate.store import Meta

_UNITS = {"encode": "texts", "recommend": "users"}


@dataclass
class Execution:
    """A plan while it runs on this machine.

    Values live in memory only while a step that is still to come needs them. A stored artifact
    that turns out damaged is made again.
    """

    plan: Plan | MergedPlan
    emit: Emit
    values: dict[str, Any] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)

    def run(self) -> Execution:
        """Do every missing step. Raises KeyboardInterrupt through, with what is done kept."""
        todo = self.plan.missing()
        total = sum(step.kept for step in self.plan.steps)
        reused = total - sum(step.kept for step in todo)
        runs = len(self.plan.plans) if isinstance(self.plan, MergedPlan) else 1
        about = {"name": self.plan.name, "runs": runs}
        self.emit(Event("plan-started", done=reused, total=total, details=about))
        self.repeat_warnings(todo)
        uses = Counter(below.fingerprint for step in todo for below in step.inputs)
        try:
            for step in todo:
                self.values[step.fingerprint] = self.compute(step, reused + len(self.computed), total)
                for below in step.inputs:
                    uses[below.fingerprint] -= 1
                    if not uses[below.fingerprint]:
                        self.values.pop(below.fingerprint, None)
                if not uses[step.fingerprint]:
                    self.values.pop(step.fingerprint, None)
        except BaseException:
            self.emit(Event("plan-interrupted", done=reused + len(self.computed), total=total))
            raise
        self.emit(Event("plan-finished", done=total, total=total, details={"computed": len(self.computed)}))
        return self

    def repeat_warnings(self, todo: Sequence[Step]) -> None:
        """Report again what the steps that are not computed anew had to report."""
        anew = {step.fingerprint for step in todo}
        for step in self.plan.steps:
            if step.fingerprint in anew or not step.kept:
                continue
            try:
                warnings = self.plan.store.meta(step.fingerprint).notes.get(WARNINGS, ())
            except StoreError:  # reported, and computed again, where its value is needed
                continue
            for message in warnings:
                self.emit(Event("notice", step.name, message=f"{step.name}: {message}"))

    def value(self, step: Step) -> Any:
        """What a step makes: from memory, from the store, or made now."""
        if step.fingerprint in self.values:
            return self.values[step.fingerprint]
        if step.kept and self.plan.store.has(step.fingerprint):
            try:
                found = self.plan.store.load(step.fingerprint)
            except StoreError as error:
                self.emit(Event("notice", step.name, message=f"{error}; it is made again"))
                self.plan.store.discard(step.fingerprint)
            else:
                self.values[step.fingerprint] = found
                return found
        self.values[step.fingerprint] = self.compute(step, 0, 0)
        return self.values[step.fingerprint]

    def forget(self, steps: Iterable[Step] = ()) -> None:
        """Let go of everything held in memory but what these steps made."""
        kept = {step.fingerprint for step in steps}
        self.values = {name: value for name, value in self.values.items() if name in kept}

    def compute(self, step: Step, done: int, total: int) -> Any:
        """Do one step, keep what it makes, and say how long it took."""
        inputs = [self.value(below) for below in step.inputs]
        if not step.kept:
            return self.perform(step, self.context(step), inputs)
        self.emit(Event("step-started", step.name, done=done, total=total))
        context = self.context(step)
        with PeakMemory() as memory:
            started = time.perf_counter()
            value = self.perform(step, context, inputs)
            seconds = time.perf_counter() - started
        meta = Meta(step.name, time.time(), seconds, memory.peak_bytes, context.notes)
        self.plan.store.save(step.fingerprint, value, meta)
        self.plan.store.forget_training(step.fingerprint)
        self.computed.append(step.name)
        self.emit(
            Event(
                "step-finished", step.name, done + 1, total, seconds=seconds, peak_bytes=memory.peak_bytes,
                details=context.notes, fingerprint=step.fingerprint,
            )
        )  # fmt: skip
        return value

    def perform(self, step: Step, context: StepContext, inputs: list[Any]) -> Any:
        try:
            return OPERATIONS[step.operation](context, *inputs)
        except SystemExit as error:  # else the program would end without a run, and with success
            used = ", ".join(f"{block.component.kind} {block.name!r}" for block in step.blocks)
            raise ComponentError(
                f"a component tried to end the program with sys.exit({error.code!r}) in step {step.name!r}"
                + (f", which uses {used}" if used else "")
            ) from error
        except ComponentError as error:
            error.add_note(f"in step {step.name!r} of {self.plan.owner(step)}")
            raise
        except (PalateError, KeyboardInterrupt, MemoryError, OSError):
            raise
        except Exception as error:
            error.add_note(f"in step {step.name!r} of {self.plan.owner(step)}")
            raise

    def context(self, step: Step) -> StepContext:
        def notice(message: str) -> None:
            self.emit(Event("notice", step.name, message=f"{step.name}: {message}"))

        store = self.plan.store
        checkpoints = store.training(step.fingerprint) if step.kept else None
        return StepContext(step, store.texts, self.progress(step), notice=notice, checkpoints=checkpoints)

    def progress(self, step: Step) -> Any:
        unit = _UNITS.get(step.operation, "")

        def tell(done: int, total: int, message: str = "", /, **values: float) -> None:
            self.emit(
                Event(
                    "step-progress", step.name, done, total, unit, message=message, values=values,
                    fingerprint=step.fingerprint,
                )
            )  # fmt: skip

        return tell
