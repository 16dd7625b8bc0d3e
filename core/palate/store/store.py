"""Artifacts under their fingerprints, on any path that processes or machines share."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palate.checksums import checksum, of_json
from palate.errors import StoreError, disk_full, unwritten
from palate.leftovers import remove, sweep, unfinished
from palate.paths import write_whole
from palate.registry import Registry
from palate.store.codec import pack, unpack

if TYPE_CHECKING:
    from palate.store.texts import Exchange

META = "meta.json"
_CHECK = "check"
_IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


@dataclass(frozen=True)
class Meta:
    """What is known of an artifact.

    Which step made it, when (seconds since 1970), how long it took (seconds), and the peak of
    resident memory while it did (bytes). `files` has size and CRC-32 of each file, `sources` the
    fingerprints of the steps that read the data it stands on.
    """

    step: str
    created: float
    seconds: float
    peak_bytes: int
    notes: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, known: dict[str, Any], where: str) -> Meta:
        """From what a record says. Raises StoreError, which names `where`, for one that is damaged."""
        try:
            check = known.pop(_CHECK, None)
            if check is not None and check != of_json(known):
                raise ValueError("its record was changed")
            files = {name: (int(size), int(crc)) for name, (size, crc) in known.pop("files").items()}
            sources = tuple(map(str, known.pop("sources", ())))
            return cls(**known, files=files, sources=sources)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"{where} is damaged: {error}") from error


@dataclass(frozen=True)
class Store:
    """A folder of artifacts.

    An artifact is written beside the others under a temporary name and then renamed, so that it is
    there whole or not at all, and whoever writes it second finds it done.
    """

    root: Path

    @property
    def place(self) -> str:
        """Where it is, as it is named in a command."""
        return str(self.root)

    @property
    def exchange(self) -> Exchange | None:
        """How vectors of texts are shared with other machines; None where they share the folder."""
        return None

    def has(self, fingerprint: str) -> bool:
        """Whether it is there, and its record can be read; a link in its place is none."""
        try:
            read_meta(self.path(fingerprint))
        except StoreError:
            return False
        return True

    def path(self, fingerprint: str) -> Path:
        return self.root / "artifacts" / fingerprint[:2] / fingerprint

    @property
    def texts(self) -> Path:
        """Where the vectors of texts are kept."""
        return self.root / "texts"

    def training(self, fingerprint: str) -> Path:
        """Where the fit that makes this artifact keeps its checkpoints, while it is not finished."""
        return self.root / "training" / fingerprint

    def forget_training(self, fingerprint: str) -> None:
        """Remove the checkpoints of a fit whose artifact is kept, if there are any."""
        shutil.rmtree(self.training(fingerprint), ignore_errors=True)

    def meta(self, fingerprint: str) -> Meta:
        """What is known of a stored artifact. Raises StoreError where it is damaged."""
        return read_meta(self.path(fingerprint))

    def load(self, fingerprint: str, registry: Registry | None = None) -> Any:
        """The value of an artifact. Raises StoreError where a file is missing, cut or changed."""
        self.check(fingerprint)
        return unpack(self.path(fingerprint), registry)

    def check(self, fingerprint: str) -> None:
        """Raises StoreError where a file of an artifact is missing, cut or changed."""
        self._whole(self.path(fingerprint), self.meta(fingerprint))

    def _whole(self, folder: Path, meta: Meta, where: str = "") -> None:
        for name, (size, crc) in meta.files.items():
            if checksum(folder / name) != (size, crc):
                raise StoreError(f"{where or folder}/{name} is damaged")

    def save(self, fingerprint: str, value: Any, meta: Meta, registry: Registry | None = None) -> None:
        """Keep a value. Raises StoreError where the disk is full or the folder cannot be written."""
        with self._writing(fingerprint) as folder:
            pack(value, folder, registry)
            files = {
                str(path.relative_to(folder)): checksum(path) for path in folder.rglob("*") if path.is_file()
            }
            known = json.loads(json.dumps(asdict(meta) | {"files": files}, allow_nan=False))
            (folder / META).write_text(json.dumps(known | {_CHECK: of_json(known)}), encoding="utf-8")

    def discard(self, fingerprint: str) -> None:
        """Remove an artifact, if it is there."""
        with contextlib.suppress(OSError):
            grave = self._room()
            os.replace(self.path(fingerprint), grave)
            remove(grave)

    def sweep(self) -> None:
        """Remove what killed processes left unfinished; what others are writing stays."""
        inside = (*self._folders("texts"), *self._folders("training"))
        for folder in (self.root / "writing", self.root / "notes", self.texts, *inside):
            sweep(folder)

    def _folders(self, kind: str) -> list[Path]:
        with contextlib.suppress(OSError):
            return [path for path in (self.root / kind).iterdir() if path.is_dir()]
        return []

    def note(self, name: str, known: Mapping[str, Any]) -> None:
        """Keep a few numbers or words under a name, over what was there. Raises StoreError."""
        try:
            write_whole(self.root / "notes" / f"{name}.json", json.dumps(known).encode())
        except OSError as error:
            raise StoreError(_unwritable(self.root, error)) from error

    def noted(self, name: str) -> dict[str, Any]:
        """What was noted under a name, nothing where there is none."""
        try:
            return said_in((self.root / "notes" / f"{name}.json").read_bytes())
        except OSError:
            return {}

    def forget_note(self, name: str) -> None:
        (self.root / "notes" / f"{name}.json").unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self, fingerprint: str) -> Iterator[Path]:
        target = self.path(fingerprint)
        try:
            room = self._room()
            room.mkdir()
        except OSError as error:
            raise StoreError(_unwritable(self.root, error)) from error
        try:
            yield room
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(room, target)
            except OSError as error:
                if error.errno not in _IN_THE_WAY:
                    raise
                if not Store.has(self, fingerprint):  # what is in the way is of no use
                    Store.discard(self, fingerprint)
                    os.replace(room, target)
        except OSError as error:
            raise StoreError(_unwritable(self.root, error)) from error
        finally:
            remove(room)

    def _room(self) -> Path:
        """A name for what is being written."""
        return unfinished(self.root / "writing" / "artifact")


def said_in(content: bytes | None) -> dict[str, Any]:
    """What a note says, nothing where it is missing or damaged."""
    with contextlib.suppress(ValueError):
        known = json.loads(content or b"{}")
        return known if isinstance(known, dict) else {}
    return {}


def read_meta(folder: Path) -> Meta:
    """What is known of the artifact in a folder. Raises StoreError where that is damaged."""
    try:
        if folder.is_symlink():
            raise ValueError("a link is in its place")
        known = json.loads((folder / META).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{folder} is damaged: {error}") from error
    return Meta.of(known, str(folder))


def _unwritable(root: Path, error: OSError) -> str:
    if disk_full(error):
        return (
            f"the disk of the store {root} is full; what was finished is kept. Make room, or name another "
            "store with --store or PALATE_STORE, and run the same command again"
        )
    return (
        f"the store {root} cannot be written: {unwritten(error)}; name another with --store or PALATE_STORE"
    )
