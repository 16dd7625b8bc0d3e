"""Steps sent one by one, each with all that it stands on: trials of `palate tune`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from palate.errors import ComputeError, StoreError
from palate.plan.compute import compute, registry_of
from palate.plan.steps import Step, kept_below
from palate.plan.tasks import TaskDone
from palate_ray.memory import note, wanted
from palate_ray.sending import Sender, Task
from palate_ray.words import HeadLost

Ended = tuple[int, TaskDone | BaseException]


@dataclass
class RayTasks:
    """Tasks on a cluster. What cannot be sent has ended with why."""

    sender: Sender
    _numbers: Iterator[int] = field(default_factory=count)
    _over: list[Ended] = field(default_factory=list)

    def begin(self, step: Step, owner: str = "") -> int:
        """Send a step; its sources are read here, where their files are. Raises HeadLost.

        Raises ComputeError too, once, where a node differs from this one.
        """
        registry, store, number = registry_of(step), self.sender.store, next(self._numbers)
        if registry is not None:
            self.sender.check(step.walk(), registry)
        for below in step.walk():
            if below.operation == "source" and not store.has(below.fingerprint):
                compute(below, store, listen=self.sender.emit, owner=owner)
        given = [each for below in step.walk() for each in kept_below(below) if store.has(each.fingerprint)]
        memory = wanted(step, list(dict.fromkeys(given)), store)
        try:
            self.sender.send(Task(step, memory, owner, whole=True, number=number))
        except HeadLost:
            raise
        except ComputeError as error:
            self._over.append((number, error))
        return number

    def ended(self) -> Iterator[Ended]:
        """The tasks that are over by now; waits for a while where there is none. Raises HeadLost."""
        over, self._over = self._over, []
        yield from over
        if over or not self.sender.running:
            return
        for task, said in self.sender.ended():
            if isinstance(said, BaseException):
                yield task.number, said
                continue
            done = TaskDone(tuple(said["computed"]), said["seconds"], said["peak_bytes"])
            try:
                note(task.step, done.peak_bytes, self.sender.store)
            except StoreError as error:
                yield task.number, error
                continue
            yield task.number, done
