"""What was read for a fingerprint, so that loading does not read it once more."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from pathlib import Path
from typing import ClassVar

from palate.data import Dataset
from palate.paths import cache_folder, write_whole


class Kept:
    """The dataset last read for a fingerprint, until it is loaded.

    Reading again could give other data than the fingerprint says, since databases change meanwhile. The
    plan and its steps make components of their own, so that it is kept beside them.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _last: ClassVar[tuple[str, Dataset] | None] = None

    @classmethod
    def keep(cls, key: str, dataset: Dataset) -> None:
        with cls._lock:
            cls._last = (key, dataset)

    @classmethod
    def taken(cls, key: str) -> Dataset | None:
        """The dataset that was read with this key, which is let go."""
        with cls._lock:
            if cls._last is None or cls._last[0] != key:
                return None
            dataset, cls._last = cls._last[1], None
            return dataset


def known(key: str, state: str) -> str:
    """The checksum of what was read in this state of the database; nothing where that is not known."""
    with contextlib.suppress(OSError):
        text = _note(key, state).read_text(encoding="ascii") if state else ""
        return text if len(text) == 32 else ""
    return ""


def remembered(key: str, state: str, digest: str) -> None:
    """Keep a checksum in the cache folder, under a hash of what was read and of the database's state."""
    if state:
        with contextlib.suppress(OSError):
            write_whole(_note(key, state), digest.encode("ascii"))


def _note(key: str, state: str) -> Path:
    found = hashlib.blake2b(f"{key}\0{state}".encode(), digest_size=16)
    return cache_folder() / "digests" / found.hexdigest()
