"""How long a plugin may take in a hook before it is named, and given up where that can be done."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 20.0

log = logging.getLogger(__name__)


class PluginTimeout(BaseException):
    """A plugin did not come back from a hook in time. No plugin should catch it, so it is no Exception."""


def plugin_timeout() -> float:
    """Seconds: `$PALATE_PLUGIN_TIMEOUT`, else 20."""
    try:
        return max(float(os.environ.get("PALATE_PLUGIN_TIMEOUT", "")), 0.001)
    except ValueError:
        return SECONDS


@contextmanager
def time_limit(seconds: float, who: str) -> Iterator[None]:
    """Raises PluginTimeout within the block after so many seconds, in the main thread of a Unix process.

    Elsewhere, and where another process uses the alarm, nothing can be interrupted: then it is only
    logged who takes so long.
    """
    if _free_alarm():
        yield from _interrupted(seconds)
    else:
        timer = threading.Timer(seconds, log.warning, ("%s has not come back for %g s", who, seconds))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _interrupted(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise PluginTimeout(f"did not come back in {seconds:g} s (PALATE_PLUGIN_TIMEOUT sets how many)")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _free_alarm() -> bool:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return False
    return signal.getsignal(signal.SIGALRM) == signal.SIG_DFL
