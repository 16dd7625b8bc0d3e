"""What plugins are handed when users or items are to be forgotten, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

What = Literal[
    "run", "artifact", "checkpoint", "leftover", "copy", "profile", "event log", "table", "log", "file"
]


@dataclass(frozen=True)
class Removal:
    """Something that had data of those to be forgotten.

    `count` rows, lines or events of it are taken out, or all of it where that is None.
    """

    what: What
    path: str
    count: int | None = None


@dataclass
class Forgetting:
    """Users and items, by id as text, that are to leave everything that palate wrote.

    `runs` are the folders they leave, `files` further files that may hold them. With `dry` nothing may be
    changed. Whoever takes something out, or would, adds a `Removal` to `removals`, and the path to `handled`
    where it is one of `files` and needs nothing else.
    """

    users: tuple[str, ...]
    items: tuple[str, ...] = ()
    runs: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    dry: bool = False
    removals: list[Removal] = field(default_factory=list)
    handled: set[Path] = field(default_factory=set)
