"""The file of a study: records in lines, of which a full disk or a killed process may leave half a one."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optuna.storages.journal import JournalFileBackend

from palate.errors import TuningError

Tell = Callable[[str], None]
SAID_AFTER, TAKEN_AFTER = 1.0, 30.0


class Journal(JournalFileBackend):
    """Optuna's journal, which is opened again whatever its last write came to.

    A last record that is not whole is dropped, and reported; one that cannot be written to its end is taken
    back, so that no later record is glued to it. Raises TuningError for a record in the middle that cannot
    be read.
    """

    def __init__(self, path: Path, tell: Tell) -> None:
        self.lock = StudyLock(path, tell)
        super().__init__(str(path), lock_obj=self.lock)  # type: ignore[arg-type]
        self.path = path
        self._repair(tell)

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        records = b"".join(json.dumps(log, separators=(",", ":")).encode() + b"\n" for log in logs)
        with self.lock, self.path.open("r+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            try:
                while records:
                    records = records[file.write(records) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise

    def _repair(self, tell: Tell) -> None:
        """Drop a last record that is not whole. Raises TuningError for one before it."""
        if _is_whole(self.path):
            return
        with self.lock:
            lines = self.path.read_bytes().splitlines(keepends=True)
            broken = [at for at, line in enumerate(lines) if not _is_record(line)]
            if broken and broken[0] < len(lines) - 1:
                raise TuningError(
                    f"{self.path}:{broken[0] + 1}: this record of the study cannot be read. Move the file "
                    "away to begin anew, or delete this line and all behind it to resume before it"
                )
            if broken:
                os.truncate(self.path, sum(map(len, lines[:-1])))
                tell(f"{self.path}: its last record was cut off and is dropped; the trials before are kept")


class StudyLock:
    """One writer at a time: a link beside the journal that names the process which holds it.

    The lock of a process that is gone is taken at once. Waiting for one that may be alive is
    reported after a second; a lock held for half a minute is taken, since writing takes milliseconds.
    """

    def __init__(self, path: Path, tell: Tell) -> None:
        self.path, self.tell = path.with_name(f"{path.name}.lock"), tell

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *about: object) -> None:
        self.release()

    def acquire(self) -> bool:
        begun, said, pause = time.monotonic(), False, 0.001
        holder = ""
        while True:
            try:
                os.symlink(f"{socket.gethostname()}:{os.getpid()}", self.path)
                return True
            except FileExistsError:
                found = self._holder()
                if found != holder:
                    begun, holder = time.monotonic(), found
            waited = time.monotonic() - begun
            if _is_gone(holder) or waited > TAKEN_AFTER:
                self._take(holder)
                continue
            if waited > SAID_AFTER and not said:
                self.tell(
                    f"waiting for the lock {self.path}, held by {_in_words(holder)}; it is removed after "
                    f"{TAKEN_AFTER:g} s without a change"
                )
                said = True
            time.sleep(pause)
            pause = min(2 * pause, 0.2)

    def release(self) -> None:
        self.path.unlink(missing_ok=True)

    def _holder(self) -> str:
        """Whose lock it is, with its age, so that a new lock of the same process differs; empty for none."""
        try:
            return f"{os.readlink(self.path)}@{self.path.lstat().st_mtime_ns}"
        except OSError:
            return ""

    def _take(self, holder: str) -> None:
        """Remove a lock, if it is still the one that was seen."""
        if holder and self._holder() == holder:
            self.path.unlink(missing_ok=True)


def _is_whole(path: Path) -> bool:
    """Whether every line of the file is a record."""
    with path.open("rb") as file:
        return all(_is_record(line) for line in file)


def _is_record(line: bytes) -> bool:
    if not line.endswith(b"\n"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _process(holder: str) -> tuple[str, int]:
    host, _, number = holder.rpartition("@")[0].rpartition(":")
    return host, int(number) if number.isdigit() else -1


def _in_words(holder: str) -> str:
    host, number = _process(holder)
    return f"process {number} on {host}" if number >= 0 else "another process"


def _is_gone(holder: str) -> bool:
    """Whether the process that took the lock is known to be gone; on another machine that is not known."""
    host, number = _process(holder)
    return host == socket.gethostname() and number >= 0 and not is_alive(number)


def is_alive(process: int) -> bool:
    """Whether a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
