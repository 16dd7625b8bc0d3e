"""The source `grown`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from palate.components.needs import NEEDS
from palate.components.nested import Nested
from palate.data import Dataset
from palate_update.tables import Tables


@dataclass
class Grown:
    """The data of another source with events, items and users that came later, as `palate update` writes it.

    `source` is where a run had its data from, `added` the folder with what came since. An event that the
    source has meanwhile counts once.
    """

    name: ClassVar[str] = "grown"
    names_files: ClassVar[bool] = False
    only_speed: ClassVar[frozenset[str]] = frozenset({"added"})  # its name counts, which its content gives

    source: Annotated[Any, Nested("source")]
    added: str

    def load(self) -> Dataset:
        """Both together. Raises StoreError where what was added is missing or damaged."""
        base, more = Tables.of(self.source.load()), Tables.load(self.folder)
        return (base | more.fitting(base, self.added).beyond(base)).dataset()

    def gives(self) -> frozenset[str]:
        """What the source gives, which is all where it does not say: events with less are not added."""
        return frozenset(self.source.gives() if hasattr(self.source, "gives") else NEEDS)

    def fingerprint(self) -> str:
        """That of the source, with a checksum of what was added."""
        own = self.source.fingerprint() if hasattr(self.source, "fingerprint") else ""
        return hashlib.blake2b(f"{own}\0{self.folder.name}".encode(), digest_size=16).hexdigest()

    @property
    def folder(self) -> Path:
        return Path(self.added).expanduser()
