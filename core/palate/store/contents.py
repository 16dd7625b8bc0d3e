"""What lies in a store, wherever that is: to be shown, checked or removed."""

from __future__ import annotations

from collections.abc import Iterator

from palate.store.entries import Entry, damaged, discard, entries
from palate.store.objects import ObjectStore
from palate.store.store import Store


def contents(store: Store) -> list[Entry]:
    """Everything in the store that can be computed again, the longest unused first."""
    if isinstance(store, ObjectStore):
        from palate.store.object_entries import object_entries

        return object_entries(store)
    return entries(store.root)


def remove(store: Store, entry: Entry) -> None:
    """Remove an entry; who has it open keeps it."""
    if isinstance(store, ObjectStore):
        from palate.store.object_entries import discard_objects

        discard_objects(store, entry)
    else:
        discard(store.root, entry)


def damaged_in(store: Store) -> Iterator[str]:
    """Check every byte against its checksum: one line for each part that is damaged, which is removed."""
    if isinstance(store, ObjectStore):
        from palate.store.object_entries import damaged_objects

        yield from damaged_objects(store)
    else:
        yield from damaged(store.root)
