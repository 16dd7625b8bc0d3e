"""The steps of a plan on a cluster, each as soon as what it stands on is in the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from palate.events import Event
from palate.plan.compute import compute, registry_of
from palate.plan.execute import Execution, finished_event, started_event
from palate.plan.side_by_side import Board
from palate.plan.steps import Step, kept_below
from palate.store import Meta, Store
from palate_ray.cluster import watched
from palate_ray.memory import note, wanted
from palate_ray.sending import Sender, Task
from palate_ray.wide import Width
from palate_ray.words import head_lost


@dataclass
class Schedule:
    """What is to be done of a plan, what runs and what is done."""

    here: Execution
    sender: Sender
    width: Width = field(default_factory=Width)

    def run(self) -> None:
        """Do every missing step; the execution knows the names of those that were computed for it."""
        with self.here.announced() as missing:
            try:
                with watched(self.sender.cluster, self._say_head_lost):
                    self._all(missing)
            except BaseException:
                self.sender.cancel()
                raise

    def _say_head_lost(self) -> None:
        self.emit(Event("notice", message=str(head_lost(self.sender.cluster.head, self.store.place))))

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
            self.sender.check(missing, registry)
        rest = self.here.data_first(missing)
        self.here.forget()
        todo = [step for step in rest if step.kept]
        board = Board({step.fingerprint: (step, _waits_for(step, todo)) for step in todo})
        while board.waiting or self.sender.running:
            for step in board.ready(len(board.waiting)):
                if self._begin(step):
                    board.done(step)
            for step in self._ended() if self.sender.running else ():
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
            self._send(each, kept_below(each))
        return False

    def _send(self, step: Step, inputs: Sequence[Step], shards: tuple[Step, ...] = ()) -> None:
        owner = self.here.plan.owner(self.width.whole(step))
        self.sender.send(Task(step, wanted(step, inputs, self.store), owner, shards))

    def _ended(self) -> Iterator[Step]:
        """The steps that are done by now; waits for a while where none is."""
        for task, said in self.sender.ended():
            if isinstance(said, BaseException):
                raise said
            reused = said.pop("reused", False)
            meta = Meta(**said)
            if self.width.is_shard(task.step):
                self._shard_done(task.step, meta)
                continue
            self._count(task.step, meta, reused)
            for shard in self.width.rest(task.step):  # its value is in that of the whole
                self.store.discard(shard.fingerprint)
            yield task.step

    def _shard_done(self, shard: Step, meta: Meta) -> None:
        """Say how far a wide step is, and put it together once its last shard is done."""
        note(shard, meta.peak_bytes, self.store)
        far = self.width.done(shard)
        about = {"unit": "shards", "fingerprint": far.whole.fingerprint}
        self.emit(Event("step-progress", far.whole.name, far.done, far.total, **about))
        for each in far.ready:
            self._send(each, kept_below(each))
        for each in far.over:
            self.store.discard(each.fingerprint)
        if far.parts:
            self._send(far.whole, (*kept_below(far.whole), *far.parts), far.parts)

    def _count(self, step: Step, meta: Meta | None, reused: bool) -> None:
        if reused:
            self.here.reused += 1
        else:
            self.here.computed.append(step.name)
            if meta is not None:
                note(step, meta.peak_bytes, self.store)
        self.emit(finished_event(step, meta, self.here.done, self.here.total))


def _waits_for(step: Step, todo: list[Step]) -> set[str]:
    return {below.fingerprint for below in kept_below(step)} & {each.fingerprint for each in todo}
