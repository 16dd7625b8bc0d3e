"""Steps that do not stand on one another, done by several threads at once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from palate.arrays.threads import cores_between
from palate.events import Emit, Event
from palate.plan.steps import Step

Work = Callable[[Step, Emit], None]
_TURN = 0.1  # seconds after which events are handed on at the latest

_THREADED = frozenset({"fit", "update", "train", "index"})


def side_by_side(todo: Sequence[Step], work: Work, jobs: int, emit: Emit) -> Iterator[Step]:
    """Each step once it is done, at most `jobs` at a time, none before those it stands on.

    The cores are divided between the jobs: what is shared out uses cores / jobs threads, BLAS one, and
    polars has one pool for the process. Of steps whose components bring a library with threads of its own
    (torch, implicit, usearch), which it does not divide, one at a time runs. Events are handed to `emit` in
    the thread that asks. The first error ends it once what has begun is done.
    """
    board = Board.of(todo)
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    running: dict[Future[None], Step] = {}
    with cores_between(jobs), ThreadPoolExecutor(jobs, "palate-job") as pool:
        while board.waiting or running:
            for step in board.ready(jobs - len(running), list(running.values()), alone=True):
                running[pool.submit(work, step, told.put)] = step
            done, _ = wait(running, _TURN, FIRST_COMPLETED)
            _hand_on(told, emit)
            for future in done:
                step = running.pop(future)
                future.result()
                board.done(step)
                yield step


@dataclass
class Board:
    """The steps that have not begun, in their order, with the fingerprints of those each waits for."""

    waiting: dict[str, tuple[Step, set[str]]]

    @classmethod
    def of(cls, todo: Sequence[Step]) -> Board:
        anew = {step.fingerprint for step in todo}
        return cls(
            {step.fingerprint: (step, {below.fingerprint for below in step.inputs} & anew) for step in todo}
        )

    def ready(self, room: int, running: Sequence[Step] = (), alone: bool = False) -> list[Step]:
        """At most `room` steps that may begin beside those that run; they wait no more.

        `alone`: those that bring threads of their own run one at a time.
        """
        found: list[Step] = []
        taken = alone and any(map(brings_threads, running))
        for step, needs in list(self.waiting.values()):
            if len(found) >= room:
                break
            own = alone and brings_threads(step)
            if needs or (own and taken):
                continue
            taken |= own
            found.append(self.waiting.pop(step.fingerprint)[0])
        return found

    def done(self, step: Step) -> None:
        for _, needs in self.waiting.values():
            needs.discard(step.fingerprint)


def brings_threads(step: Step) -> bool:
    """Whether a component of the step, or of a pipeline that it runs, brings a library that has threads."""
    behind = [step, *(below for below in step.walk() if not below.kept)]
    beside = [
        below
        for one in behind
        for below in one.inputs
        if below.operation in ("fit", "update", "train", "index")
    ]
    steps = [step, *(beside if step.operation in ("recommend", "tune", "evaluate") else ())]
    return any(
        getattr(part.cls, "libraries", ())
        for each in steps
        for block in each.blocks
        for part in block.component.whole(block.options)
    )


def _hand_on(told: queue.SimpleQueue[Event], emit: Emit) -> None:
    while not told.empty():
        emit(told.get())
