"""A pipeline in a folder of its own: written whole or not at all, and read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from palate.checksums import CHECKSUMS, check, seal
from palate.errors import StoreError, unwritten
from palate.paths import whole_folder

INSIDE = "pipeline"
_REMEDY = "run the recipe again, or fit it again"


def room_for(folder: Path, force: bool = False) -> None:
    """Raises StoreError where a pipeline may not be written to this folder."""
    from palate.store.codec import TREE

    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; a pipeline is saved into a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not ((folder / TREE).is_file() or (folder / CHECKSUMS).is_file()):
        raise StoreError(f"{folder} is not empty, and no pipeline; one is saved into a new folder")
    if not force:
        raise StoreError(
            f"{folder} is not empty: it holds a pipeline already; --force (force=True) replaces it"
        )


def keep(pipeline: Any, folder: Path, force: bool = False) -> None:
    """Write a pipeline into a folder, whole or not at all. Raises StoreError."""
    from palate.store.codec import pack

    room_for(folder, force)
    try:
        with whole_folder(folder) as scratch:
            pack(pipeline, scratch)
            seal(scratch)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {unwritten(error)}") from error


def kept(folder: Path) -> Any:
    """What `keep` wrote, here or in the folder of a run. Raises StoreError."""
    from palate.store.codec import TREE, unpack

    inside = folder / INSIDE
    of_run = inside.is_dir() and not (folder / TREE).is_file()
    place = inside if of_run else folder
    if not ((place / TREE).is_file() or (place / CHECKSUMS).is_file()):
        why = f"no {TREE} in it" if place.is_dir() else "there is no such folder"
        raise StoreError(f"{place} has no pipeline: {why}")
    check(place, remedy=_REMEDY)
    if of_run and (folder / CHECKSUMS).is_file():  # another run's pipeline is whole too
        check(folder, f"{INSIDE}/{CHECKSUMS}")
    try:
        return unpack(place)
    except StoreError as error:
        raise StoreError(f"{error}; {_REMEDY}") from error.__cause__
