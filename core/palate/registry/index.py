"""What was found installed last time, kept so that help and short commands need not look for it again.

Each part counts as long as nothing has changed of what it was read from: Python's import path, and the
files that were named when it was kept. Where the cache folder cannot be written nothing is kept, and
everything is looked up each time.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from palate.paths import cache_folder, write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

FILE = "plugins-1.json"
"""The number changes with the rows, so that another palate's are not read."""

_SETTLED = 2.0
_PATHS = 4


def kept(part: str) -> list[Any] | None:
    """The rows of this part, or None where there are none or they may be out of date."""
    found = _parts().get(part)
    if not isinstance(found, dict):
        return None
    seen, rows = found.get("seen"), found.get("rows")
    if not isinstance(seen, dict) or not isinstance(rows, list):
        return None
    return None if any(stamp(place) != at for place, at in seen.items()) else rows


def keep(part: str, rows: list[Any], files: Iterable[str]) -> None:
    """Keep these rows until the import path or one of these files changes.

    Not if one of them changed in the last two seconds: it may be changing still, and a clock too coarse
    could give the next change the same time.
    """
    seen = {place: stamp(place) for place in (*sys.path, *files)}
    now = time.time_ns()
    if any(at and abs(now - at[0]) < _SETTLED * 1e9 for at in seen.values()):
        return
    import json

    known = {where: paths for where, paths in _all().items() if os.path.isdir(where)}
    paths = {path: parts for path, parts in _environment().items() if path != _path()}
    latest = dict([*paths.items()][1 - _PATHS :])
    known[sys.prefix] = latest | {_path(): _parts() | {part: {"seen": seen, "rows": rows}}}
    with suppress(OSError, RuntimeError):
        write_whole(cache_folder() / FILE, json.dumps(known).encode())


def stamp(place: str) -> list[int] | None:
    """The time of the last change of a file or folder, and its size; None where there is none."""
    try:
        status = os.stat(place or os.curdir)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]


def _path() -> str:
    return os.pathsep.join(sys.path)


def _parts() -> dict[str, Any]:
    """What was kept for this import path; a script has another than the command `palate`."""
    found = _environment().get(_path())
    return found if isinstance(found, dict) else {}


def _environment() -> dict[str, Any]:
    found = _all().get(sys.prefix)
    return found if isinstance(found, dict) else {}


def _all() -> dict[str, Any]:
    """Parts by environment (its `sys.prefix`) and import path: several may share a cache folder."""
    try:
        text = (cache_folder() / FILE).read_bytes()
    except (OSError, RuntimeError):
        return {}
    import json

    try:
        known = json.loads(text)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
