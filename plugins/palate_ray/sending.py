"""Steps sent to the workers of a cluster, and sent again where they were lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from palate.arrays.threads import cores
from palate.errors import ComputeError
from palate.events import Emit, Event, ignore
from palate.plan.describe import described
from palate.plan.steps import Step
from palate.registry import Registry
from palate.store import Store
from palate_ray.cluster import Cluster
from palate_ray.environment import asked_of
from palate_ray.failures import raised
from palate_ray.words import HeadLost, head_lost, lost, out_of_memory, too_large, why
from palate_ray.worker import work

RETRIES = 2
_TURN = 1.0  # seconds after which it is looked whether the head is still there
_LOST = 3  # turns in which the head may not answer


@dataclass
class Task:
    """A step on a worker, or on its way to one. `memory` is what was asked for, in bytes.

    With `shards` it is put together of them; `whole` computes also what it stands on and the store has not.
    """

    step: Step
    memory: int
    owner: str = ""
    shards: tuple[Step, ...] = ()
    whole: bool = False
    number: int = 0
    tries: int = 0
    reasons: list[str] = field(default_factory=list)


@dataclass
class Sender:
    """What runs on a cluster now. `same` is what every worker must have, as `Cluster.check` gives it."""

    cluster: Cluster
    store: Store
    emit: Emit = ignore
    cpus: float = 1.0
    running: dict[Any, Task] = field(default_factory=dict)
    same: dict[str, Any] = field(default_factory=dict)
    _checked: set[tuple[str, str]] = field(default_factory=set)

    def check(self, steps: Sequence[Step], registry: Registry) -> None:
        """Check all nodes for the components of these steps. Raises ComputeError where a node differs."""
        asked = set(asked_of(steps)[0])
        if not self.same or not asked <= self._checked:
            self.same = self.cluster.check(steps, self.store, registry)
            self._checked = asked

    def send(self, task: Task) -> None:
        """Have a worker do it. Raises ComputeError where no node can, and HeadLost."""
        if not self.cluster.answers():  # before Ray is asked, which would wait for it
            raise head_lost(self.cluster.head, self.store.place)
        most = self.cluster.largest("memory")
        if most and task.memory > most:
            raise too_large(task.step.name, task.memory, most, len(self.cluster.nodes()))
        if self.cpus > (cpus := self.cluster.largest("CPU")):
            raise ComputeError(f"a step takes {self.cpus:g} cores (cpus), and the largest node has {cpus:g}")
        threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or str(cores())}
        text = json.dumps(
            {
                "step": described(task.step), "store": self.store.place, "cpus": self.cpus,
                "threads": threads, "owner": task.owner, "whole": task.whole,
                "same": self.same, "shards": [described(shard) for shard in task.shards],
            }
        )  # fmt: skip
        do = _remote().options(num_cpus=self.cpus, memory=task.memory, name=task.step.name)
        self.running[do.remote(text)] = task

    def ended(self) -> Iterator[tuple[Task, dict[str, Any] | BaseException]]:
        """The tasks that are over by now, with what their workers say or what went wrong.

        Waits for a while where there is none. A task that was lost is sent again. Raises HeadLost.
        """
        import ray

        ready, _ = ray.wait(list(self.running), num_returns=1, timeout=_TURN)
        if not ready:
            self._look_for_the_head()
        for answer in ready:
            task = self.running.pop(answer)
            try:
                said = json.loads(ray.get(answer))
            except ray.exceptions.RayError as error:
                try:
                    self.again(task, error)
                except HeadLost:
                    raise
                except ComputeError as failed:
                    yield task, failed
                continue
            for message in said["notices"]:
                self.emit(Event("notice", task.step.name, message=message))
            if "error" not in said:
                yield task, said["meta"]
            elif said["error"]["memory"]:
                yield task, out_of_memory(task.step.name, task.memory, 1, said["error"]["says"])
            else:
                yield task, raised(said["error"], "on a worker")

    def again(self, task: Task, error: Exception) -> None:
        """Send a step again that was lost with its worker, at most twice; with more memory for want of it."""
        import ray

        short = isinstance(error, ray.exceptions.OutOfMemoryError)
        task.reasons.append(why(error))
        self.cluster.ask_again()
        if not self.cluster.answers():
            raise head_lost(self.cluster.head, self.store.place)
        if task.tries >= RETRIES and short:
            raise out_of_memory(task.step.name, task.memory, len(task.reasons))
        if task.tries >= RETRIES:
            raise lost(task.step.name, task.reasons)
        task.tries += 1
        if short:
            task.memory = min(2 * task.memory, int(self.cluster.largest("memory")) or 2 * task.memory)
        self.emit(
            Event("notice", task.step.name, message=f"{task.step.name}: {task.reasons[-1]}; it is done again")
        )
        self.send(task)

    def _look_for_the_head(self) -> None:
        """Raises HeadLost where the head does not answer for some time."""
        for turn in range(_LOST):
            self.cluster.ask_again()
            if self.cluster.answers():
                return
            if turn < _LOST - 1:
                time.sleep(_TURN)
        raise head_lost(self.cluster.head, self.store.place)

    def cancel(self) -> None:
        """End what runs, as far as the cluster still listens."""
        import ray

        for answer in self.running if self.cluster.answers() else ():
            with suppress(Exception):
                ray.cancel(answer, force=True)


@cache
def _remote() -> Any:
    """The function that workers run, told to the cluster once."""
    import ray

    return ray.remote(max_retries=0)(work)
