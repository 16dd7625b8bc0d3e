"""The store that an address or a folder names."""

from __future__ import annotations

import os
from pathlib import Path

from palate.paths import store_folder
from palate.remote.objects import is_object_storage
from palate.store.store import Store


def store_at(place: str | Path | None = None) -> Store:
    """The store at a folder or at an address of object storage; without one, that of the environment.

    That is `$PALATE_STORE`, else `store` in the cache folder. Nothing is read or written yet.
    """
    said = os.fspath(place) if place else os.environ.get("PALATE_STORE", "")
    if is_object_storage(said):
        from palate.store.objects import ObjectStore

        return ObjectStore.at(said)
    return Store(Path(place)) if place else Store(store_folder())
