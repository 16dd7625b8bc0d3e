"""Handing records to a tracker in a thread of its own, so that a run never waits for it."""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from palate.tracking.records import Record, plain

logger = logging.getLogger(__name__)

WAITING = 10_000
SECONDS = 20.0


class Tracker(Protocol):
    """Keeps records somewhere. Made with WHERE in the thread that calls it; may raise anything."""

    def receive(self, record: Record) -> None: ...


def timeout() -> float:
    """How long the end of a command waits for trackers, in seconds: `$PALATE_TRACK_TIMEOUT`, else 20."""
    try:
        return max(float(os.environ.get("PALATE_TRACK_TIMEOUT", "")), 0.0)
    except ValueError:
        return SECONDS


@dataclass(eq=False)
class Background:
    """One tracker at one place. What it raises ends it, and is reported once, by `drain`."""

    name: str
    where: str
    open: Callable[[str], Tracker]
    failure: str = ""
    reported: bool = False
    _records: queue.Queue[Any] = field(default_factory=lambda: queue.Queue(WAITING))
    _dropped: int = 0
    _left: int = 0
    _change: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None

    def put(self, record: Record) -> None:
        """Take a record to be handed over soon; dropped where too many wait already. Never blocks."""
        if self.failure:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"tracker {self.name}", daemon=True)
            self._thread.start()
        try:
            with self._change:
                self._records.put_nowait(record)
                self._left += 1
        except queue.Full:
            self._dropped += 1

    def wait(self, until: float) -> None:
        """Wait until all is handed over or failed, or this moment (of `time.monotonic`) has come."""
        with self._change:
            while self._left and not self.failure and (rest := until - time.monotonic()) > 0:
                self._change.wait(rest)

    def problem(self) -> str:
        """What went wrong, in a sentence, the first time that it is asked for; else nothing."""
        said = self.failure
        if not said and self._left:
            said = f"it does not answer, and {self._left:,} records are not sent"
        if not said and self._dropped:
            said = f"it is too slow, and {self._dropped:,} records were left out"
        if not said or self.reported:
            return ""
        self.reported = True
        return f"tracker {self.name!r}: {said}; the run is not affected"

    def _work(self) -> None:
        try:
            tracker = self.open(self.where)
            while True:
                tracker.receive(self._records.get())
                with self._change:
                    self._left -= 1
                    self._change.notify_all()
        except BaseException as error:  # a tracker may do anything, and the run goes on
            text = plain(" ".join(str(error).split()))[:300]
            with self._change:
                self.failure = f"it failed ({type(error).__name__}: {text})"
                self._change.notify_all()


_OPEN: list[Background] = []
_LOCK = threading.Lock()


def started(background: Background) -> Background:
    """The same, to be waited for by `drain`."""
    with _LOCK:
        _OPEN.append(background)
    return background


def drain(seconds: float | None = None) -> list[str]:
    """Wait for all trackers, `seconds` together (default: `timeout()`), and report what went wrong once.

    Returns the reports, which are logged as warnings too.
    """
    until = time.monotonic() + (timeout() if seconds is None else seconds)
    with _LOCK:
        open_ones = list(_OPEN)
    for each in open_ones:
        each.wait(until)
    said = [problem for each in open_ones if (problem := each.problem())]
    for problem in said:
        logger.warning(problem)
    return said


def _at_exit() -> None:
    if _OPEN:
        drain()


atexit.register(_at_exit)
