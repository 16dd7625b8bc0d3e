"""A store in object storage, with a folder of this machine in front of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from palate.errors import StoreError
from palate.paths import cache_folder
from palate.registry import Registry
from palate.remote.objects import Objects
from palate.store.shared_texts import SharedTexts
from palate.store.store import META, Meta, Store, read_meta, said_in

_PLACE = "place"


@dataclass(frozen=True)
class ObjectStore(Store):
    """Artifacts below an address of object storage, which machines share.

    `root` is a folder of this machine in which artifacts are written, and to which those of others are
    fetched, to be mapped into memory from there. An artifact's files are uploaded under a name of their own,
    and then its record, only if there is none yet: so it is there whole or not at all, and of two that
    write it one wins, with files of its own. No listing is trusted for whether it is there.
    """

    address: str = ""
    _known: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def at(cls, address: str) -> ObjectStore:
        """The store at an address such as `s3://bucket/prefix`."""
        plain = address.rstrip("/")
        name = hashlib.blake2b(plain.encode(), digest_size=12).hexdigest()
        return cls(cache_folder() / "stores" / name, plain)

    @property
    def place(self) -> str:
        return self.address

    @cached_property
    def objects(self) -> Objects:
        return Objects(self.address)

    @cached_property
    def exchange(self) -> SharedTexts:
        return SharedTexts(self.objects, self.texts)

    def has(self, fingerprint: str) -> bool:
        if fingerprint not in self._known:
            if not self.objects.has(record(fingerprint)):
                return False
            self._known.add(fingerprint)
        return True

    def meta(self, fingerprint: str) -> Meta:
        return self._record(fingerprint)[0]

    def load(self, fingerprint: str, registry: Registry | None = None) -> Any:
        if super().has(fingerprint):
            try:
                return super().load(fingerprint, registry)
            except StoreError:  # this machine's copy is damaged: the other is fetched
                super().discard(fingerprint)
        self.fetch(fingerprint)
        return super().load(fingerprint, registry)

    def check(self, fingerprint: str) -> None:
        """Raises StoreError where this machine's copy of an artifact is missing, cut or changed."""
        folder = self.path(fingerprint)
        self._whole(folder, read_meta(folder))

    def verify(self, fingerprint: str) -> None:
        """Fetch an artifact again and check every byte. Raises StoreError where one is missing or changed."""
        super().discard(fingerprint)
        self.fetch(fingerprint)

    def save(self, fingerprint: str, value: Any, meta: Meta, registry: Registry | None = None) -> None:
        super().save(fingerprint, value, meta, registry)
        folder = self.path(fingerprint)
        known = json.loads((folder / META).read_text(encoding="utf-8"))
        place = uuid.uuid4().hex
        for name in known["files"]:
            self.objects.put(f"{below(fingerprint)}/{place}/{name}", folder / name)
        content = json.dumps(known | {_PLACE: place}).encode()
        if not self.objects.create(record(fingerprint), content):  # another was first; its files count
            self.objects.remove(f"{below(fingerprint)}/{place}/{name}" for name in known["files"])
        self._known.add(fingerprint)

    def discard(self, fingerprint: str) -> None:
        """Remove an artifact from the storage and from this machine: its record first."""
        self._known.discard(fingerprint)
        self.objects.remove([record(fingerprint)])
        self.objects.remove(found.name for found in self.objects.listed(below(fingerprint)))
        super().discard(fingerprint)

    def note(self, name: str, known: Mapping[str, Any]) -> None:
        self.objects.put(f"notes/{name}.json", json.dumps(known).encode())

    def noted(self, name: str) -> dict[str, Any]:
        return said_in(self.objects.read(f"notes/{name}.json"))

    def forget_note(self, name: str) -> None:
        self.objects.remove([f"notes/{name}.json"])

    def fetch(self, fingerprint: str) -> None:
        """Bring an artifact to this machine. Raises StoreError where it is missing, cut or changed."""
        meta, place = self._record(fingerprint)
        with self._writing(fingerprint) as folder:
            for name, (size, _) in meta.files.items():
                self.objects.fetch(f"{below(fingerprint)}/{place}/{name}", size, folder / name)
            self._whole(folder, meta, f"{self.address}/{below(fingerprint)}")
            (folder / META).write_text(json.dumps(asdict(meta), allow_nan=False), encoding="utf-8")

    def _record(self, fingerprint: str) -> tuple[Meta, str]:
        """What is known of an artifact in the storage, and under which name its files lie there."""
        content = self.objects.read(record(fingerprint))
        where = f"{self.address}/{below(fingerprint)}"
        if content is None:
            raise StoreError(f"{where} is missing")
        try:
            known = json.loads(content)
            place = str(known.pop(_PLACE))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise StoreError(f"{where} is damaged: {error}") from error
        return Meta.of(known, where), place


def below(fingerprint: str) -> str:
    """Where the objects of an artifact lie."""
    return f"artifacts/{fingerprint[:2]}/{fingerprint}"


def record(fingerprint: str) -> str:
    """The name of the record of an artifact, which is there once all else is."""
    return f"{below(fingerprint)}/{META}"
