"""Steps that an engine computes with all that they stand on, one task each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from palate.events import Emit, ignore
from palate.plan.compute import FromStore
from palate.plan.peak_memory import PeakMemory
from palate.plan.steps import Step
from palate.store import Store


@dataclass(frozen=True)
class TaskDone:
    """What a task did: the steps that it computed, its seconds, and the most memory that it took (bytes)."""

    computed: tuple[str, ...]
    seconds: float
    peak_bytes: int


class Tasks(Protocol):
    """Steps at work somewhere, as `tasks(store, emit)` of an engine gives them, a context manager.

    What a step makes is in the store when it has ended. Leaving the block ends what is still at work.
    """

    def begin(self, step: Step, owner: str = "") -> int:
        """Have a step computed, with what it stands on; the number by which its end is known."""

    def ended(self) -> Iterator[tuple[int, TaskDone | BaseException]]:
        """The tasks that are over by now, with what they did or what went wrong; may wait for one."""


def compute_whole(step: Step, store: Store, listen: Emit = ignore, owner: str = "") -> TaskDone:
    """Compute a step, and before it what it stands on and the store does not have."""
    started = time.perf_counter()
    read = FromStore(store, listen, owner)
    with PeakMemory() as memory:
        read(step)
    computed = tuple(meta.step for meta in read.computed)
    return TaskDone(computed, time.perf_counter() - started, memory.peak_bytes)
