"""Vectors by the digests of their texts, in small folders that are written once and never changed."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import StoreError, unwritten
from palate.leftovers import remove as remove_whole
from palate.leftovers import unfinished

DIGEST = np.dtype("S16")

_NOTE = "shard.json"
_FILES = {"digests": "digests.npy", "vectors": "vectors.npy"}
_OF = "of"
_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, TokenError)


@dataclass(frozen=True)
class Shard:
    """`digests` S16[m] of texts, and beside them `vectors` float32[m, d], mapped from the disk."""

    digests: NDArray[np.bytes_]
    vectors: NDArray[np.float32]


def read_shards(folder: Path, wanted: NDArray[np.bytes_]) -> Iterator[tuple[NDArray[np.intp], Shard]]:
    """The shards that hold any of `wanted` (digests, ascending), each with places in `wanted`.

    The places are intp[m], one for each row of the shard, -1 for a text that is not wanted. The
    vectors of a shard are checked only if they are wanted. A damaged shard is removed. Shards that
    another process merges meanwhile are looked for again.
    """
    seen: set[Path] = set()
    while len(wanted):
        new = [path for path in paths(folder) if path not in seen]
        if not new:
            return
        seen.update(new)
        for path in new:
            shard, places = _opened(path, wanted)
            if shard is not None:
                yield places, shard


def whole_shards(found: Sequence[Path]) -> Iterator[tuple[Path, Shard]]:
    """Those of these shards that are whole, every byte checked; a damaged one is removed."""
    for path in found:
        shard, _ = _opened(path, None)
        if shard is not None:
            yield path, shard


def digests_in(path: Path) -> int:
    """How many texts a shard has vectors of; none where it cannot be read."""
    try:
        found: NDArray[Any] = np.load(path / _FILES["digests"], mmap_mode="r", allow_pickle=False)
    except _DAMAGE:
        return 0
    return len(found)


def paths(folder: Path) -> list[Path]:
    """The shards in a folder, damaged ones too."""
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]


def remove(path: Path) -> None:
    """Take a shard away, if the folder can be written; who has it open keeps it."""
    with contextlib.suppress(OSError):
        grave = unfinished(path)
        os.replace(path, grave)
        remove_whole(grave)


def write_shard(folder: Path, shard: Shard) -> Path:
    """Where a new shard is: there whole once this returns, even if the power fails, or not at all.

    Raises StoreError where the disk is full or the folder cannot be written.
    """
    scratch = None
    try:
        scratch = unfinished(folder / "shard")
        scratch.mkdir()
        note: dict[str, Any] = {_OF: folder.name}
        for name, file in _FILES.items():
            array = np.ascontiguousarray(getattr(shard, name))
            note[name] = _crc(array)
            with (scratch / file).open("wb") as out:
                np.save(out, array, allow_pickle=False)
                _flush(out)
        with (scratch / _NOTE).open("w", encoding="ascii") as out:
            json.dump(note, out)
            _flush(out)
        written = folder / uuid.uuid4().hex
        os.replace(scratch, written)
        return written
    except OSError as error:
        raise StoreError(
            f"the vectors of texts cannot be kept in {folder}: {unwritten(error)}. What was encoded "
            "before is kept; make room or name another store with --store or PALATE_STORE, and run again"
        ) from error
    finally:
        if scratch is not None:
            remove_whole(scratch)


def _opened(path: Path, wanted: NDArray[np.bytes_] | None) -> tuple[Shard | None, NDArray[np.intp]]:
    """The shard if it is whole and has anything wanted, and the places of its rows in `wanted`."""
    places = np.empty(0, np.intp)
    try:
        note = json.loads((path / _NOTE).read_text(encoding="ascii"))
        if note.get(_OF, path.parent.name) != path.parent.name:
            raise ValueError(f"{path} holds the vectors of another encoder")
        digests = _checked(path, "digests", note)
        if wanted is not None:
            places = _places(digests, wanted)
            if (places < 0).all():
                return None, places
        vectors = _checked(path, "vectors", note)
        if vectors.ndim != 2 or len(vectors) != len(digests) or vectors.dtype != np.float32:
            raise ValueError("digests and vectors do not belong together")
    except _DAMAGE:
        if path.exists() or path.is_symlink():
            remove(path)
        return None, places
    return Shard(digests, vectors), places


def _places(digests: NDArray[np.bytes_], wanted: NDArray[np.bytes_]) -> NDArray[np.intp]:
    places = np.minimum(np.searchsorted(wanted, digests), len(wanted) - 1)
    return np.where(wanted[places] == digests, places, -1)


def _checked(path: Path, name: str, note: dict[str, int]) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path / _FILES[name], mmap_mode="r", allow_pickle=False)
    if _crc(array) != note[name]:
        raise ValueError(f"{path / _FILES[name]} is damaged")
    return array


def _crc(array: NDArray[Any]) -> int:
    return zlib.crc32(array.reshape(-1).view(np.uint8).data) if array.size else 0


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
