"""Whose vectors a folder of shards holds, and when they were last asked for."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palate.paths import write_whole

NOTE = ".about.json"


def note_use(folder: Path, about: Mapping[str, Any] | None) -> None:
    """Write down whose vectors these are, once, and that they have just been used.

    Nothing but a line in `palate cache` is lost where the folder cannot be written.
    """
    note = folder / NOTE
    with contextlib.suppress(OSError):
        if note.exists():
            os.utime(note)
        elif about is not None and folder.is_dir():
            write_whole(note, json.dumps(about, ensure_ascii=False, default=str).encode())


def about(folder: Path) -> dict[str, Any]:
    """What was noted, or nothing."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def last_used(folder: Path) -> float:
    """When the vectors were last asked for or added to, in seconds since 1970; now, if it is gone."""
    times = []
    for path in (folder / NOTE, folder):
        with contextlib.suppress(OSError):
            times.append(path.lstat().st_mtime)
    return max(times, default=time.time())
