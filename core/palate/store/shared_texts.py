"""Vectors of texts that machines share through object storage, shard by shard."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from palate.leftovers import unfinished
from palate.remote.objects import Objects
from palate.store.about import NOTE

_BROUGHT = ".brought"


@dataclass(frozen=True)
class SharedTexts:
    """The shards of each encoder, in object storage and in a folder of this machine.

    A shard is shared as soon as it is written, so that a machine that is lost costs the chunk it was at. One
    that a listing does not show yet is encoded again, and harms nothing.
    """

    objects: Objects
    folder: Path

    def bring(self, key: str) -> None:
        """Fetch the shards of an encoder that others wrote and this machine never had."""
        known = self._known(key)
        for name, files in self._shards(key).items():
            if name not in known and "shard.json" in files:
                self._fetch(key, name, files)
                self._note(key, name)

    def share(self, key: str, shard: Path) -> None:
        """Upload a shard of this machine, its note last."""
        for file in sorted(shard.iterdir(), key=lambda each: each.name == "shard.json"):
            self.objects.put(f"texts/{key}/{shard.name}/{file.name}", file)
        self._note(key, shard.name)

    def describe(self, key: str) -> None:
        """Upload what is noted of whose vectors these are."""
        note = self.folder / key / NOTE
        if note.is_file():
            self.objects.put(f"texts/{key}/{NOTE}", note)

    def forget(self, key: str) -> None:
        """Remove this machine's copies of the shards of an encoder."""
        shutil.rmtree(self.folder / key, ignore_errors=True)

    def _shards(self, key: str) -> dict[str, dict[str, int]]:
        """The files of each shard in the storage with their sizes."""
        found: dict[str, dict[str, int]] = {}
        for each in self.objects.listed(f"texts/{key}"):
            *_, shard, file = each.name.split("/")
            found.setdefault(shard, {})[file] = each.size
        return found

    def _fetch(self, key: str, name: str, files: dict[str, int]) -> None:
        """Bring a shard whole; what is damaged on the way is found when it is read, and removed."""
        scratch = unfinished(self.folder / key / name)
        try:
            for file, size in files.items():
                self.objects.fetch(f"texts/{key}/{name}/{file}", size, scratch / file)
            scratch.replace(self.folder / key / name)
        except OSError:
            pass  # another process brought it
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _known(self, key: str) -> set[str]:
        """The shards that were brought or shared once, even if they were merged into others since."""
        try:
            return set((self.folder / key / _BROUGHT).read_text(encoding="ascii").split())
        except OSError:
            return set()

    def _note(self, key: str, name: str) -> None:
        (self.folder / key).mkdir(parents=True, exist_ok=True)
        with (self.folder / key / _BROUGHT).open("a", encoding="ascii") as file:
            file.write(f"{name}\n")
