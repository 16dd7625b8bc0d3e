"""Steps sent to the workers of a cluster as soon as what they stand on is in the store."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from palate.arrays.threads import cores
from palate.errors import ComputeError
from palate.events import Event
from palate.plan.compute import compute, registry_of
from palate.plan.describe import described
from palate.plan.execute import Execution, finished_event, started_event
from palate.plan.side_by_side import Board
from palate.plan.steps import Step, kept_below
from palate.store import Meta, Store
from palate_ray.cluster import Cluster, watched
from palate_ray.failures import raised
from palate_ray.memory import note, wanted
from palate_ray.wide import Width
from palate_ray.words import head_lost, lost, out_of_memory, too_large, why
from palate_ray.worker import work

RETRIES = 2
_TURN = 1.0  # seconds after which it is looked whether the head is still there
_LOST = 3  # turns in which the head may not answer


@dataclass
class Task:
    """A step on a worker, or on its way to one. `memory` is what was asked for, in bytes."""

    step: Step
    memory: int
    shards: tuple[Step, ...] = ()
    tries: int = 0
    reasons: list[str] = field(default_factory=list)


@dataclass
class Schedule:
    """What is to be done of a plan, what runs and what is done."""

    here: Execution
    cluster: Cluster
    cpus: float = 1.0
    width: Width = field(default_factory=Width)
    running: dict[Any, Task] = field(default_factory=dict)
    same: dict[str, Any] = field(default_factory=dict)

    def run(self) -> None:
        """Do every missing step; the execution knows the names of those that were computed for it."""
        with self.here.announced() as missing:
            try:
                with watched(self.cluster, self._say_head_lost):
                    self._all(missing)
            except BaseException:
                self._cancel()
                raise

    def _say_head_lost(self) -> None:
        self.emit(Event("notice", message=str(head_lost(self.cluster.head, self.store.place))))

    @property
    def store(self) -> Store:
        return self.here.plan.store

    def emit(self, event: Event) -> None:
        self.here.emit(event)

    def _all(self, missing: Sequence[Step]) -> None:
        """The data here, where their files are, and the rest on the cluster."""
        if not any(step.kept for step in missing):
            return
        registry = registry_of(missing[-1])
        if registry is not None:
            self.same = self.cluster.check(missing, self.store, registry)
        rest = self.here.data_first(missing)
        self.here.forget()
        todo = [step for step in rest if step.kept]
        board = Board({step.fingerprint: (step, _waits_for(step, todo)) for step in todo})
        while board.waiting or self.running:
            for step in board.ready(len(board.waiting)):
                if self._begin(step):
                    board.done(step)
            for step in self._ended() if self.running else ():
                board.done(step)

    def _begin(self, step: Step) -> bool:
        """Send a step to the cluster, or do it here where it reads what only this machine may have."""
        self.emit(started_event(step, self.here.done, self.here.total))
        if step.operation == "source":
            found = compute(step, self.store, listen=self.emit, owner=self.here.plan.owner(step))
            self._count(step, found.meta, False)
            return True
        shards = self.width.divide(step, self.store)
        for each in shards or (step,):
            self._send(Task(each, wanted(each, kept_below(each), self.store)))
        return False

    def _send(self, task: Task) -> None:
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
                "threads": threads, "owner": self._owner(task.step),
                "same": self.same, "shards": [described(shard) for shard in task.shards],
            }
        )  # fmt: skip
        do = _remote()
        answer = do.options(num_cpus=self.cpus, memory=task.memory, name=task.step.name).remote(text)
        self.running[answer] = task

    def _ended(self) -> Iterator[Step]:
        """The steps that are done by now; waits for a while where none is."""
        import ray

        ready, _ = ray.wait(list(self.running), num_returns=1, timeout=_TURN)
        if not ready:
            self._look_for_the_head()
        for answer in ready:
            task = self.running.pop(answer)
            try:
                said = json.loads(ray.get(answer))
            except ray.exceptions.RayError as error:
                self._again(task, error)
                continue
            for message in said["notices"]:
                self.emit(Event("notice", task.step.name, message=message))
            if "error" in said:
                raise self._failure(task, said["error"])
            known = said["meta"]
            reused = known.pop("reused", False)
            if self.width.is_shard(task.step):
                self._shard_done(task.step, Meta(**known))
                continue
            self._count(task.step, Meta(**known), reused)
            for shard in task.shards:  # its value is in that of the whole
                self.store.discard(shard.fingerprint)
            yield task.step

    def _shard_done(self, shard: Step, meta: Meta) -> None:
        """Say how far a wide step is, and put it together once its last shard is done."""
        note(shard, meta.peak_bytes, self.store)
        whole, done, shards = self.width.done(shard)
        progress = Event(
            "step-progress", whole.name, done, len(shards), "shards", fingerprint=whole.fingerprint
        )
        self.emit(progress)
        if done == len(shards):
            memory = wanted(whole, (*kept_below(whole), *shards), self.store)
            self._send(Task(whole, memory, shards))

    def _owner(self, step: Step) -> str:
        return self.here.plan.owner(self.width.whole(step))

    def _count(self, step: Step, meta: Meta | None, reused: bool) -> None:
        if reused:
            self.here.reused += 1
        else:
            self.here.computed.append(step.name)
            if meta is not None:
                note(step, meta.peak_bytes, self.store)
        self.emit(finished_event(step, meta, self.here.done, self.here.total))

    def _again(self, task: Task, error: Exception) -> None:
        """Send a step again that was lost with its worker, at most twice; with more memory for want of it."""
        import ray

        short = isinstance(error, ray.exceptions.OutOfMemoryError)
        task.reasons.append(why(error))
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
        self._send(task)

    def _failure(self, task: Task, said: dict[str, Any]) -> BaseException:
        if said["memory"]:
            return out_of_memory(task.step.name, task.memory, 1, said["says"])
        return raised(said, "on a worker")

    def _look_for_the_head(self) -> None:
        """Raises ComputeError where the head does not answer for some time."""
        for turn in range(_LOST):
            if self.cluster.answers():
                return
            if turn < _LOST - 1:
                time.sleep(_TURN)
        raise head_lost(self.cluster.head, self.store.place)

    def _cancel(self) -> None:
        """End what runs, as far as the cluster still listens."""
        from contextlib import suppress

        import ray

        for answer in self.running if self.cluster.answers() else ():
            with suppress(Exception):
                ray.cancel(answer, force=True)


@cache
def _remote() -> Any:
    """The function that workers run, told to the cluster once."""
    import ray

    return ray.remote(max_retries=0)(work)


def _waits_for(step: Step, todo: list[Step]) -> set[str]:
    return {below.fingerprint for below in kept_below(step)} & {each.fingerprint for each in todo}
