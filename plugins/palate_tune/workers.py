"""Trials in several processes that share a study and a store."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from palate.errors import TuningError
from palate.registry import installed
from palate_tune.request import TuningRequest

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
)
_TIMEOUT = 10.0


def in_processes(
    request: TuningRequest, count: int, processes: int, tell: Callable[[str], None]
) -> Iterator[int]:
    """Run `count` trials in so many processes; the number of each as it ends.

    A process that dies takes its trial with it, and the others continue. What a process reports is handed to
    `tell`. Raises TuningError when the last one has died, or for what stopped a process.
    """
    context = multiprocessing.get_context("spawn")
    tickets, ended = context.Semaphore(count), context.Queue()
    with _threads_shared(processes), _ignoring_ctrl_c():
        workers = [
            context.Process(target=_work, args=(request, tickets, ended), daemon=True)
            for _ in range(min(processes, count))
        ]
        for worker in workers:
            worker.start()
    try:
        yield from _numbers(workers, ended, tell)
    except BaseException:
        for worker in workers:
            worker.terminate()
        raise
    finally:
        _end(workers)


def _numbers(workers: list[Any], ended: Any, tell: Callable[[str], None]) -> Iterator[int]:
    while True:
        alive = any(worker.is_alive() for worker in workers)
        try:
            what, said = ended.get(timeout=0.2 if alive else 0.01)
        except queue.Empty:
            if not alive:
                break
            continue
        if what == "stopped":
            raise TuningError(said)
        if what == "notice":
            tell(said)
        else:
            yield said
    died = [worker.exitcode for worker in workers if worker.exitcode]
    if died:
        codes = ", ".join(map(str, died))
        raise TuningError(
            f"{len(died)} of {len(workers)} processes died (exit code {codes}), perhaps for want of memory; "
            "the trials that ended are kept: run the same command again to resume, with fewer processes"
        )


def _work(request: TuningRequest, tickets: Any, ended: Any) -> None:
    """What a process does: trials, one after another, as long as there are tickets."""
    from palate_tune.objective import Objective
    from palate_tune.studies import StudyFile
    from palate_tune.trial import run_trial

    signal.signal(signal.SIGTERM, _stop)
    try:
        objective = Objective.of(request, installed())
        file = StudyFile.open(request, objective, lambda said: ended.put(("notice", said)))
        while tickets.acquire(block=False):
            trial = run_trial(file, objective)
            if trial is None:
                return
            ended.put(("trial", trial.number))
    except KeyboardInterrupt:
        return
    except TuningError as error:
        ended.put(("stopped", str(error)))
    except Exception as error:
        ended.put(("stopped", f"{type(error).__name__}: {error}"))


def _stop(number: int, frame: FrameType | None) -> None:
    """End the trial as Ctrl-C would, so that it is recorded as stopped."""
    raise KeyboardInterrupt


def _end(workers: list[Any]) -> None:
    """Wait for the processes to end, and end those that do not."""
    for worker in workers:
        worker.join(_TIMEOUT)
        if worker.is_alive():
            worker.kill()
            worker.join()


@contextlib.contextmanager
def _ignoring_ctrl_c() -> Iterator[None]:
    """Processes that start meanwhile leave Ctrl-C to this one, which stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _threads_shared(processes: int) -> Iterator[None]:
    """Processes that start meanwhile take a fair share of the cores, where the user has set no number."""
    share = str(max(1, (os.cpu_count() or 1) // processes))
    missing = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(missing, share))
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)
