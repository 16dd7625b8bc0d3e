"""A checksum of a file's contents, computed once a version of the file."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from palate.paths import cache_folder, write_whole

_WORTH_KEEPING = 8 * 2**20
_SETTLED = 2.0


def file_digest(path: Path) -> str:
    """BLAKE2b (128 bits, hexadecimal) of the file's bytes. Raises OSError.

    For files of 8 MiB and more it is remembered in the cache folder by path, size and time of
    change in nanoseconds. A file changed in the last two seconds is not remembered: a clock too
    coarse could give the next change the same time.
    """
    path = path.resolve()
    status = path.stat()
    if status.st_size < _WORTH_KEEPING:
        return _hashed(path)
    known = hashlib.blake2b(f"{path}\0{status.st_size}\0{status.st_mtime_ns}".encode(), digest_size=16)
    note = cache_folder() / "digests" / known.hexdigest()
    with contextlib.suppress(OSError):
        text = note.read_text(encoding="ascii")
        if len(text) == 32:
            return text
    digest = _hashed(path)
    if time.time() - status.st_mtime > _SETTLED:
        with contextlib.suppress(OSError):
            write_whole(note, digest.encode("ascii"))
    return digest


def files_digest(paths: Iterable[Path]) -> str:
    """A checksum of the contents of several files, in their order. Raises OSError."""
    return hashlib.blake2b("".join(map(file_digest, paths)).encode(), digest_size=16).hexdigest()


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
