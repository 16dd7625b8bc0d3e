"""How much memory a step took at its peak."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from types import TracebackType

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


class PeakMemory:
    """The peak of the process's resident memory (bytes) within a `with` block.

    Linux can reset the kernel's own peak; elsewhere the peak of the whole process is given.
    """

    peak_bytes: int = 0

    def __enter__(self) -> PeakMemory:
        try:
            _CLEAR.write_text("5", encoding="ascii")
            self._reset = True
        except OSError:
            self._reset = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.peak_bytes = _high_water_mark() if self._reset else _lifetime_peak()


def _high_water_mark() -> int:
    for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return _lifetime_peak()


def _lifetime_peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
