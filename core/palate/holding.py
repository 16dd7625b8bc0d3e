"""Folders that a process uses, so that another does not change them underneath."""

from __future__ import annotations

import contextlib
import os
import weakref
from pathlib import Path


class Hold:
    """A claim on a folder until it is released, nothing refers to it any more, or the process ends.

    Any number of processes may use a folder; one that wants it `alone` raises BlockedFolder while others
    do. It is the system's lock on the folder (flock), so nothing is written; where there is no such lock,
    as on Windows and some network disks, everybody gets the folder.
    """

    def __init__(self, folder: Path, alone: bool = False) -> None:
        self.release = lambda: None
        try:
            import fcntl
        except ImportError:
            return
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            self.release = weakref.finalize(self, os.close, handle)
            kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                self.release()
                if alone:
                    raise BlockedFolder(f"{folder} is in use") from None


class BlockedFolder(Exception):
    """A folder that other processes use."""
