"""Where users and items are mentioned: in values, lines, and the bytes of files of any kind."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_SHORT = 6
_USER, _ITEM = ("user", "user_id", "users"), ("item", "item_id", "items")
_BEFORE = r"(?i:\b(?:{names})\b[\"'\s:=#]{{0,5}})"


@dataclass(frozen=True)
class Mentions:
    """Users and items, by id as text.

    An id of six characters and more counts wherever it is written as a word of its own; a shorter one, which
    any number may look like, only behind a word such as `user`.
    """

    users: tuple[str, ...]
    items: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        parts = []
        for ids, names in ((self.users, _USER), (self.items, _ITEM)):
            for each in ids:
                short = len(each) < _SHORT
                before = _BEFORE.format(names="|".join(names)) if short else r"(?<![\w-])"
                parts.append(rf"{before}{re.escape(each)}(?![\w-])")
        return re.compile("|".join(parts).encode("utf-8", "surrogatepass") or b"(?!)")

    def in_text(self, text: bytes) -> bool:
        """Whether a text in UTF-8 mentions one of them."""
        return self._pattern.search(text) is not None

    def in_value(self, value: Any, name: str = "") -> bool:
        """Whether a value of JSON mentions one: under a name such as `user`, or as a long id anywhere."""
        if isinstance(value, dict):
            return any(self.in_value(key) or self.in_value(each, key) for key, each in value.items())
        if isinstance(value, list):
            return any(self.in_value(each, name) for each in value)
        if isinstance(value, bool) or value is None:
            return False
        text = str(value)
        ids = (self.users if name in _USER else ()) + (self.items if name in _ITEM else ())
        return text in ids or self.in_text(text.encode("utf-8", "surrogatepass"))

    def anywhere_in(self, path: Path) -> bool:
        """Whether the bytes of a file mention one, unpacked where it is a gzip or zip (npz, xlsx) file."""
        return any(self.in_text(part) for part in contents(path))


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of what is packed in it. Raises OSError."""
    data = path.read_bytes()
    yield data
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from (packed.read(name) for name in packed.namelist())
        elif data[:2] == b"\x1f\x8b":
            yield gzip.decompress(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return  # damaged: nobody can read on either
