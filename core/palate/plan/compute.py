"""One step, from what the store has of its inputs to what the store keeps of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from palate.arrays.blas import one_blas_thread
from palate.errors import ComponentError, PalateError, StoreError
from palate.events import Emit, Event, ignore
from palate.plan.context import StepContext
from palate.plan.operations import JOINING, OPERATIONS
from palate.plan.peak_memory import PeakMemory
from palate.plan.steps import Step
from palate.registry import Registry
from palate.store import Meta, Store
from palate.store.file_tree import FileTree

Read = Callable[[Step], Any]
"""What gives the value of a step that another stands on."""

Operation = Callable[..., Any]

_UNITS = {"finetune": "epochs", "encode": "texts", "recommend": "users"}


@dataclass(frozen=True)
class Computed:
    """What a step made, and what is worth noting of it: None where the store keeps nothing of it."""

    value: Any
    meta: Meta | None


def compute(
    step: Step,
    store: Store,
    read: Read | None = None,
    listen: Emit = ignore,
    owner: str = "",
    shards: Sequence[Step] = (),
) -> Computed:
    """Read a step's inputs, do it, and keep what it makes.

    It depends on the step and the store alone, and so may run in any process that has both: its result is
    the same to the byte wherever it runs, since BLAS computes every product with one thread, and what is
    shared out among cores does not depend on their number. `read` (default: from the store) gives the
    inputs; an engine that holds them in memory hands them over. `owner` says in errors whose step it is.
    With `shards` (`palate.plan.sharding`) it puts together what these made.
    """
    read = read or FromStore(store, listen)
    inputs = list(map(read, step.inputs))
    if shards:
        inputs.insert(0, list(map(read, shards)))
    context, operation = context_of(step, store, listen), (JOINING if shards else OPERATIONS)[step.operation]
    if not step.kept:
        return Computed(_perform(step, context, inputs, owner, operation), None)
    with PeakMemory() as memory:
        started = time.perf_counter()
        value = _perform(step, context, inputs, owner, operation)
        seconds = time.perf_counter() - started
    sources = step.sources()
    meta = Meta(step.name, time.time(), seconds, memory.peak_bytes, context.notes, sources=sources)
    store.save(step.fingerprint, value, meta, registry_of(step))
    store.forget_training(step.fingerprint)
    if isinstance(value, FileTree):  # the files that stay, not those on which the step worked
        value = store.load(step.fingerprint, registry_of(step))
    return Computed(value, meta)


@dataclass
class FromStore:
    """The values of steps out of a store.

    What the store does not keep, or has damaged, is made again, and what it stands on is read for it;
    `computed` says what was, where the store keeps it.
    """

    store: Store
    listen: Emit = ignore
    owner: str = ""
    computed: list[Meta] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def __call__(self, step: Step) -> Any:
        if step.fingerprint not in self.values:
            found = loaded(step, self.store, self.listen)
            value = found[0] if found else self._made(step)
            self.values[step.fingerprint] = value
        return self.values[step.fingerprint]

    def _made(self, step: Step) -> Any:
        found = compute(step, self.store, self, self.listen, self.owner)
        if found.meta is not None:
            self.computed.append(found.meta)
        return found.value


def loaded(step: Step, store: Store, listen: Emit) -> tuple[Any] | None:
    """The value that the store has of a step; None where it has none, or one that is damaged, and removed."""
    if not (step.kept and store.has(step.fingerprint)):
        return None
    try:
        return (store.load(step.fingerprint, registry_of(step)),)
    except StoreError as error:
        listen(Event("notice", step.name, message=f"{error}; it is made again"))
        store.discard(step.fingerprint)
        return None


def registry_of(step: Step) -> Registry | None:
    """Where the components of a step come from; None where nothing it stands on has any."""
    found = (block.component.registry for each in step.walk() for block in each.blocks)
    return next(found, None)


def context_of(step: Step, store: Store, listen: Emit) -> StepContext:
    """What a step is computed with; what it has to say goes to `listen`."""

    def notice(message: str) -> None:
        listen(Event("notice", step.name, message=f"{step.name}: {message}"))

    unit = _UNITS.get(step.operation, "")

    def tell(done: int, total: int, message: str = "", /, **values: float) -> None:
        listen(
            Event(
                "step-progress", step.name, done, total, unit, message=message, values=values,
                fingerprint=step.fingerprint,
            )
        )  # fmt: skip

    checkpoints = store.training(step.fingerprint) if step.kept else None
    return StepContext(
        step, store.texts, tell, notice=notice, checkpoints=checkpoints, exchange=store.exchange,
        artifact=lambda fingerprint: store.load(fingerprint, registry_of(step)),
    )  # fmt: skip


def _perform(step: Step, context: StepContext, inputs: list[Any], owner: str, operation: Operation) -> Any:
    where = f"in step {step.name!r}" + (f" of {owner}" if owner else "")
    try:
        with one_blas_thread():
            return operation(context, *inputs)
    except SystemExit as error:  # else the program would end without a run, and with success
        used = ", ".join(f"{block.component.kind} {block.name!r}" for block in step.blocks)
        raise ComponentError(
            f"a component tried to end the program with sys.exit({error.code!r}) in step {step.name!r}"
            + (f", which uses {used}" if used else "")
        ) from error
    except ComponentError as error:
        error.add_note(where)
        raise
    except (PalateError, KeyboardInterrupt, MemoryError, OSError):
        raise
    except Exception as error:
        error.add_note(where)
        raise
