"""What lies in a store in object storage, entry by entry."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.errors import StoreError
from palate.leftovers import DAY
from palate.remote.objects import Found
from palate.store.about import NOTE
from palate.store.entries import ARTIFACTS, TEXTS, Entry
from palate.store.objects import ObjectStore, record

_HEADER, _DIGEST = 128, 16  # bytes of a file of digests


@dataclass(frozen=True)
class ObjectEntry(Entry):
    """An artifact or the vectors of one encoder: `objects` are all that belong to it."""

    objects: tuple[Found, ...] = ()
    noted: str = "{}"

    @property
    def about(self) -> dict[str, Any]:
        found = json.loads(self.noted)
        return found if isinstance(found, dict) else {}

    def texts(self) -> int:
        sizes = [each.size for each in self.objects if each.name.endswith("/digests.npy")]
        return sum((size - _HEADER) // _DIGEST for size in sizes)


def object_entries(store: ObjectStore) -> list[Entry]:
    """Everything in the store that can be computed again, the longest unused first, as far as listed."""
    found: dict[tuple[str, str], list[Found]] = {}
    for kind, depth in ((ARTIFACTS, 2), (TEXTS, 1)):
        for each in store.objects.listed(kind):
            parts = each.name.split("/")
            if len(parts) > depth + 1:
                found.setdefault((kind, parts[depth]), []).append(each)
    entries = [_entry(store, kind, name, objects) for (kind, name), objects in found.items()]
    return sorted(entries, key=lambda entry: (entry.used, str(entry.path)))


def _entry(store: ObjectStore, kind: str, name: str, objects: list[Found]) -> Entry:
    noted = b"{}"
    if any(each.name.endswith(f"/{NOTE}") for each in objects):
        noted = store.objects.read(f"{kind}/{name}/{NOTE}") or noted
    used, size = max(each.written for each in objects), sum(each.size for each in objects)
    return ObjectEntry(Path(name), kind, used, size, tuple(objects), noted.decode())


def discard_objects(store: ObjectStore, entry: Entry) -> None:
    """Remove an entry, from this machine too."""
    if entry.kind == ARTIFACTS:
        store.discard(entry.path.name)
    elif isinstance(entry, ObjectEntry):
        store.objects.remove(each.name for each in entry.objects)
        store.exchange.forget(entry.path.name)


def damaged_objects(store: ObjectStore) -> Iterator[str]:
    """Fetch every artifact and check it: one line for each that is damaged, which is removed.

    So is what a killed process uploaded more than a day ago without a record.
    """
    for entry in object_entries(store):
        if entry.kind != ARTIFACTS or not isinstance(entry, ObjectEntry):
            continue
        name = entry.path.name
        if not store.objects.has(record(name)):
            if entry.used < time.time() - DAY:
                yield f"{store.address}/artifacts/{name[:2]}/{name} was never finished"
                store.discard(name)
            continue
        try:
            store.verify(name)
        except StoreError as error:
            yield str(error)
            store.discard(name)
