"""What lies in a store, entry by entry: to be shown, checked or removed."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.errors import StoreError
from palate.store.about import about, last_used
from palate.store.shards import digests_in, paths, remove, whole_shards
from palate.store.store import Store

ARTIFACTS, TEXTS, TRAINING = "artifacts", "texts", "training"


@dataclass(frozen=True)
class Entry:
    """An artifact, the vectors of one encoder, or the checkpoints of a fit that was stopped.

    `used` is when it was last written or, for vectors, asked for (seconds since 1970); `size` is in
    bytes.
    """

    path: Path
    kind: str
    used: float
    size: int

    @property
    def about(self) -> dict[str, Any]:
        """The encoder and its options, where they were noted."""
        return about(self.path) if self.kind == TEXTS else {}

    @property
    def label(self) -> str:
        """`transformers all-MiniLM-L6-v2`, or what else there is to call it by."""
        said = self.about
        options = said.get("options", {})
        named = [str(options[name]) for name in ("model", "vectors") if name in options]
        return " ".join([str(said.get("encoder", self.path.name)), *named])

    def mentions(self, model: str) -> bool:
        """Whether the encoder's name or one of its options has this text in it."""
        said = json.dumps(self.about, ensure_ascii=False).lower()
        return bool(self.about) and model.lower() in said

    def texts(self) -> int:
        """Of how many texts it holds vectors."""
        return sum(map(digests_in, paths(self.path)))


def entries(root: Path) -> list[Entry]:
    """Everything in the store that can be computed again, the longest unused first."""
    found = [
        Entry(path, kind, last_used(path), size_of(path))
        for kind, shape in ((ARTIFACTS, "*/*"), (TEXTS, "*"), (TRAINING, "*"))
        for path in (root / kind).glob(shape)
        if not path.name.startswith(".")
    ]
    return sorted(found, key=lambda entry: (entry.used, str(entry.path)))


def beyond(found: Sequence[Entry], room: int) -> list[Entry]:
    """Those that must go, the longest unused first, for the rest to take no more than `room` bytes."""
    total, gone = sum(entry.size for entry in found), []
    for entry in found:
        if total <= room:
            break
        gone.append(entry)
        total -= entry.size
    return gone


def discard(root: Path, entry: Entry) -> None:
    """Remove an entry; who has it open keeps it. A link is removed and not followed."""
    if entry.kind == ARTIFACTS:
        Store(root).discard(entry.path.name)
    elif entry.path.is_dir() and not entry.path.is_symlink():
        shutil.rmtree(entry.path)
    else:
        entry.path.unlink(missing_ok=True)


def damaged(root: Path) -> Iterator[str]:
    """Check every byte of the store against its checksum: one line for each part that is damaged.

    A damaged part is removed, as it is of no use; it is computed again when needed.
    """
    store = Store(root)
    for entry in entries(root):
        if entry.kind == ARTIFACTS:
            try:
                store.check(entry.path.name)
            except StoreError as error:
                yield str(error)
                store.discard(entry.path.name)
        elif entry.kind == TEXTS:
            yield from _damaged_shards(entry.path)


def _damaged_shards(folder: Path) -> Iterator[str]:
    for path in paths(folder):
        if not any(True for _ in whole_shards([path])):
            yield f"{path} is damaged"
            remove(path)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        with contextlib.suppress(OSError):
            return path.lstat().st_size
        return 0
    sizes = []
    for file in path.rglob("*"):
        with contextlib.suppress(OSError):  # another process may remove it meanwhile
            if file.is_file():
                sizes.append(file.lstat().st_size)
    return sum(sizes)
