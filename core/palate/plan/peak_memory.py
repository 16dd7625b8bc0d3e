"""How much memory a step took at its peak."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


_lock = Lock()
_running: list[PeakMemory] = []


class PeakMemory:
    """The peak of the process's resident memory (bytes) within a `with` block.

    Linux can reset the kernel's own peak; elsewhere the peak of the whole process is given. Of blocks that
    several threads are in at once each has what the process took while it ran.
    """

    peak_bytes: int = 0

    def __enter__(self) -> PeakMemory:
        with _lock:
            _note_and_reset()
            _running.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _lock:
            _note_and_reset()
            _running.remove(self)


def _note_and_reset() -> None:
    """Note the peak so far for all blocks that run, and let the kernel begin anew."""
    peak = _high_water_mark()
    for block in _running:
        block.peak_bytes = max(block.peak_bytes, peak)
    with suppress(OSError):
        _CLEAR.write_text("5", encoding="ascii")


def _high_water_mark() -> int:
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return _lifetime_peak()


def _lifetime_peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
