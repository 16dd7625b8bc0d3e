"""Work shared out among the processor's cores, where the result does not depend on how."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from palate.arrays.blas import one_blas_thread

A = TypeVar("A")
B = TypeVar("B")

_inside = threading.local()
_jobs = 1


def cores() -> int:
    """How many cores this process may use, or each of the jobs that it is divided between."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, found // _jobs)


@contextmanager
def cores_between(jobs: int) -> Iterator[None]:
    """Within, each of so many jobs of this process has its part of the cores. Changes no result."""
    global _jobs
    before, _jobs = _jobs, jobs
    try:
        yield
    finally:
        _jobs = before


def shared_out(work: Callable[[A], B], parts: Iterable[A]) -> list[B]:
    """`work` of each part, in the order of the parts, done by as many threads as there are cores.

    Meanwhile BLAS keeps to one thread a call, so that the two do not fight over the cores. Inside
    such work it runs one part after another: the cores are taken. An exception in one part is
    raised when the others that have begun are done.
    """
    known = list(parts)
    threads = min(cores(), len(known))
    if threads < 2 or getattr(_inside, "working", False):
        return [work(part) for part in known]
    with one_blas_thread(), ThreadPoolExecutor(threads, initializer=_enter) as pool:
        return list(pool.map(work, known))


def _enter() -> None:
    _inside.working = True
