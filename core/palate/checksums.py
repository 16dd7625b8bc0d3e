"""Checksums of all files of a folder, kept in the folder, so that nothing damaged is read from it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palate.errors import StoreError

CHECKSUMS = "checksums.json"


def checksum(path: Path) -> tuple[int, int]:
    """Size and CRC-32 of a file, (-1, 0) where there is none."""
    size, crc = 0, 0
    try:
        if not path.is_file():  # a pipe would be waited for
            return -1, 0
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                crc = zlib.crc32(chunk, crc)
    except OSError:
        return -1, 0
    return size, crc


def of_json(value: Mapping[str, Any]) -> int:
    """CRC-32 of a value as JSON, the same however it is laid out."""
    return zlib.crc32(json.dumps(value, sort_keys=True, allow_nan=False).encode())


def seal(folder: Path) -> None:
    """Write the checksum of each file in a folder, and below it, into `checksums.json`. Raises OSError."""
    own = folder / CHECKSUMS
    found = {
        path.relative_to(folder).as_posix(): checksum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != own
    }
    own.write_text(json.dumps(found, indent=0), encoding="utf-8")


def sealed(folder: Path) -> list[str]:
    """The names of the files that a folder was sealed with; none where that is missing or cannot be read."""
    try:
        return list(map(str, json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def damage(folder: Path, *within: str) -> list[str]:
    """Which files of a sealed folder are missing, cut or changed: their names, sorted.

    With `within`, names of files or folders inside, only they are read. A name that was not sealed counts as
    damaged, and so does `checksums.json` itself where it is missing or cannot be read.
    """
    try:
        known = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        expected = {str(name): (int(size), int(crc)) for name, (size, crc) in known.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return [CHECKSUMS]
    wanted = [name for name in expected if not within or any(_below(name, each) for each in within)]
    unknown = [each for each in within if not any(_below(name, each) for name in wanted)]
    return sorted([name for name in wanted if checksum(folder / name) != expected[name]] + unknown)


def check(folder: Path, *within: str, remedy: str = "run its recipe again") -> None:
    """Raises StoreError for what `damage` finds; `remedy` says what makes it again."""
    found = damage(folder, *within)
    if found:
        first = folder / found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        state = "damaged" if first.exists() else "missing"
        raise StoreError(f"{first}{more}: {state}, or changed since it was written; {remedy}")


def _below(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}/")
