"""A hash of the core's own code that changes numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDERS = ("arrays", "data", "evaluation", "pipeline", "plan", "reading", "tables", "training")
"""What computes, evaluates or reads values. The terminal, reports, recipes and testing do not."""


@cache
def core_code() -> str:
    """16 hexadecimal digits, read once a process, that change with any Python file of `FOLDERS`."""
    return code_hash(Path(__file__).parents[1], FOLDERS)


def code_hash(root: Path, folders: Iterable[str]) -> str:
    """A hash of the path and the bytes of each Python file below these folders of `root`."""
    found = hashlib.blake2b(digest_size=8)
    for folder in sorted(folders):
        for path in sorted((root / folder).rglob("*.py")):
            content = path.read_bytes()
            found.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()
