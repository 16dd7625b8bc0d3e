"""The commands that plugins had when they were last loaded, so that help need not load them."""

from __future__ import annotations

import os
from contextlib import suppress

from palate.paths import cache_folder, write_whole

FILE = "commands.json"


def remembered(environment: str) -> dict[str, str]:
    """The one-line help of each command, by name, of this environment (its `sys.prefix`)."""
    found = _all().get(environment)
    return found if isinstance(found, dict) else {}


def remember(environment: str, commands: dict[str, str]) -> None:
    """Keep these for next time, and forget environments that are gone.

    Nothing is lost but a line of help where the cache folder cannot be written.
    """
    known = _all()
    if known.get(environment, {}) == commands:
        return
    import json

    kept = {where: said for where, said in known.items() if os.path.isdir(where)}
    with suppress(OSError):
        write_whole(cache_folder() / FILE, json.dumps(kept | {environment: commands}).encode())


def _all() -> dict[str, dict[str, str]]:
    try:
        text = (cache_folder() / FILE).read_bytes()
    except (OSError, RuntimeError):
        return {}
    import json  # most people have no such file, and help is quicker without

    try:
        known = json.loads(text)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
