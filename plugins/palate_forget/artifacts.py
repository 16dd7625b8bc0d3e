"""What a store and the cache folder have of users and items, and taking it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from palate.data import Dataset
from palate.errors import StoreError
from palate.forgetting import Removal
from palate.leftovers import abandoned
from palate.leftovers import remove as discard
from palate.paths import cache_folder
from palate.store import Store
from palate.store.answers import OF_USERS, answers_beside
from palate.store.contents import contents, remove
from palate.store.entries import ARTIFACTS, TRAINING, Entry
from palate_forget.mentions import Mentions

_SOURCE = "data.source"


@dataclass
class StoredTraces:
    """What holds any of those who leave, or was computed from data that did.

    Artifacts whose data are not in the store any more go too, since nothing says whose they are; all of it
    can be computed again. Vectors of texts stay: they are of items' texts, under checksums of those. What
    language models wrote of users goes, all of it, since it is under checksums too.
    """

    store: Store
    leaving: Mentions

    @cached_property
    def known(self) -> tuple[set[str], set[str]]:
        """Those of the users and of the items that some stored data have."""
        users: set[str] = set()
        items: set[str] = set()
        for has_users, has_items in self._sources.values():
            users |= has_users
            items |= has_items
        return users, items

    @cached_property
    def entries(self) -> list[Entry]:
        """Artifacts and checkpoints that go."""
        clean = {name for name, (users, items) in self._sources.items() if not users and not items}
        return [entry for entry in contents(self.store) if self._goes(entry, clean)]

    def removals(self) -> Iterator[Removal]:
        """What goes, or would."""
        for entry in self.entries:
            yield Removal("artifact" if entry.kind == ARTIFACTS else "checkpoint", str(entry.path))
        for path in self.leftovers:
            yield Removal("leftover", str(path))
        for path in self.copies:
            yield Removal("copy", str(path))
        for path in self.profiles:
            yield Removal("profile", str(path))

    def remove(self) -> None:
        """Take all of it away; what is left when this is stopped goes the next time."""
        for entry in self.entries:
            remove(self.store, entry)
        for path in [*self.leftovers, *self.copies, *self.profiles]:
            discard(path)

    @cached_property
    def leftovers(self) -> list[Path]:
        """What killed processes left: half-written artifacts, and rows of databases."""
        return [path for folder in self._unfinished for path in abandoned(folder)]

    @cached_property
    def profiles(self) -> list[Path]:
        """Files with what language models wrote of users."""
        return sorted(answers_beside(self.store.texts, OF_USERS).rglob("*.jsonl"))

    @cached_property
    def busy(self) -> list[Path]:
        """What may still be written by a process, and so is left."""
        there = (path for folder in self._unfinished if folder.is_dir() for path in folder.iterdir())
        return [path for path in there if path not in self.leftovers]

    @property
    def _unfinished(self) -> tuple[Path, Path]:
        return self.store.root / "writing", cache_folder() / "spool"

    @cached_property
    def copies(self) -> list[Path]:
        """Copies of remote sources that mention one of them."""
        folders = (cache_folder() / name for name in ("remote", "api"))
        files = (path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")))
        return [path for path in files if path.is_file() and self.leaving.anywhere_in(path)]

    @cached_property
    def _sources(self) -> dict[str, tuple[set[str], set[str]]]:
        """The users and items that leave, by the data that have them."""
        found = {}
        for entry in contents(self.store):
            name = entry.path.name
            if entry.kind != ARTIFACTS or self._step(name) != _SOURCE:
                continue
            try:
                found[name] = present(self.store.load(name), self.leaving)
            except StoreError:
                continue  # damaged: not among the clean ones, so it goes
        return found

    def _step(self, name: str) -> str:
        try:
            return self.store.meta(name).step
        except StoreError:
            return ""

    def _goes(self, entry: Entry, clean: set[str]) -> bool:
        if entry.kind != ARTIFACTS:
            return entry.kind == TRAINING
        try:
            meta = self.store.meta(entry.path.name)
        except StoreError:
            return True
        return not meta.sources or not clean.issuperset(meta.sources)


def present(dataset: Dataset, leaving: Mentions) -> tuple[set[str], set[str]]:
    """Those of the users and items who leave that are in a dataset."""
    return _among(dataset.users["id"], leaving.users), _among(dataset.items.ids, leaving.items)


def _among(ids: Iterable[object], wanted: tuple[str, ...]) -> set[str]:
    return set(wanted).intersection(map(str, ids)) if wanted else set()
