"""The list of users and items that must not come back, which says of none who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from palate.errors import DataError, StoreError, unwritten
from palate.paths import write_whole
from palate_forget.keys import Key

_HEAD = "# palate: users and items left out, as keyed hashes; key "


@dataclass(frozen=True)
class ExclusionList:
    """Keyed hashes of ids, in a file of one `user HASH` or `item HASH` a line.

    `key` is by what the key of its hashes is recognised; without that key nothing can be told from it.
    """

    path: Path
    key: str
    users: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> ExclusionList:
        """What is in a file. Raises DataError where it is missing or is no such list."""
        try:
            first, *lines = path.read_text(encoding="ascii").splitlines() or [""]
        except FileNotFoundError:
            raise DataError(
                f"the exclusion list {path} is missing; without it users who were forgotten would be read "
                "again. Put it back, or take the cleaner `exclude` out of the recipe if that is meant"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or "it is no text"
            raise DataError(f"the exclusion list {path} cannot be read: {said}") from None
        pairs = [line.split() for line in lines if line.strip()]
        if not first.startswith(_HEAD) or any(len(pair) != 2 for pair in pairs):
            raise DataError(f"{path} is no exclusion list: `palate forget` writes such files")
        of = {kind: frozenset(mark for what, mark in pairs if what == kind) for kind in ("user", "item")}
        return cls(path, first.removeprefix(_HEAD).strip(), of["user"], of["item"])

    @classmethod
    def at(cls, path: Path, key: Key) -> ExclusionList:
        """The list in a file, or an empty one where there is none. Raises DataError for another key."""
        return cls.read(path).checked(key) if path.exists() else cls(path, key.check)

    def checked(self, key: Key) -> ExclusionList:
        """The list, if its hashes were made with this key. Raises DataError."""
        if self.key != key.check:
            raise DataError(
                f"the exclusion list {self.path} was written with another key; use that one, or begin "
                "another list beside it (--list FILE)"
            )
        return self

    def has(self, key: Key, user: str) -> bool:
        """Whether a user is on it."""
        return key.hashed("user", user) in self.users

    def has_item(self, key: Key, item: str) -> bool:
        """Whether an item is on it."""
        return key.hashed("item", item) in self.items

    def with_ids(self, key: Key, users: Iterable[str], items: Iterable[str]) -> ExclusionList:
        """The list with these too."""
        return replace(
            self,
            users=self.users | {key.hashed("user", user) for user in users},
            items=self.items | {key.hashed("item", item) for item in items},
        )

    def write(self) -> None:
        """Keep it, whole or not at all. Raises StoreError."""
        lines = [f"user {mark}" for mark in sorted(self.users)]
        lines += [f"item {mark}" for mark in sorted(self.items)]
        try:
            write_whole(self.path, "\n".join([_HEAD + self.key, *lines, ""]).encode("ascii"))
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {unwritten(error)}") from error
