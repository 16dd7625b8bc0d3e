"""The folder beside the runs with what came to their data."""

from __future__ import annotations

import hashlib
from pathlib import Path

from palate.checksums import damage
from palate.data.content import content_digest
from palate.errors import StoreError, unwritten
from palate.paths import whole_folder
from palate_update.tables import Tables

ADDITIONS = "additions"


def kept(tables: Tables, runs: Path) -> Path:
    """The folder with these tables, named by what they hold; written whole or not at all.

    Raises StoreError.
    """
    folder = runs.absolute() / ADDITIONS / _name(tables)
    if folder.is_dir() and not damage(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder) as scratch:
            tables.save(scratch)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {unwritten(error)}") from error
    return folder


def _name(tables: Tables) -> str:
    """The same for the same rows in whatever order."""
    parts = [str(tables.items.sort("id").to_dicts()), str(tables.users.sort("id").to_dicts())]
    if tables.interactions.height:
        empty = (tables.items.select("id").clear(), tables.users.select("id").clear())
        parts.append(content_digest(Tables(tables.interactions, *empty).dataset()))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
