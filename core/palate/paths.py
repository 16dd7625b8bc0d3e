"""Where palate keeps what it can get or make again, and how it writes there."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAY = 24 * 3600.0


def cache_folder() -> Path:
    """The folder for downloads: `$PALATE_CACHE`, else `$XDG_CACHE_HOME/palate`, else `~/.cache/palate`.

    It need not exist yet.
    """
    chosen = os.environ.get("PALATE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared).expanduser() if shared else Path.home() / ".cache") / "palate"


def store_folder() -> Path:
    """The folder for computed artifacts: `$PALATE_STORE`, else `store` in the cache folder."""
    chosen = os.environ.get("PALATE_STORE")
    return Path(chosen).expanduser() if chosen else cache_folder() / "store"


def unfinished(path: Path) -> Path:
    """A new name beside `path` to write under until the file is whole; its folder is made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")


def sweep(path: Path, older: float = DAY) -> None:
    """Remove what killed processes left unfinished beside `path` more than a day ago."""
    import re
    import shutil

    if not path.parent.is_dir():
        return
    name = re.compile(rf"\.{re.escape(path.name)}\.\d+\.[0-9a-f]{{8}}")
    for left in path.parent.iterdir():
        if name.fullmatch(left.name) and _age(left) > older:
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since the last change; 0 where the path is gone meanwhile."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that other processes see either whole or not at all. Raises OSError."""
    scratch = unfinished(path)
    try:
        scratch.write_bytes(data)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `path` once all is written. Raises OSError.

    What is at `path` stays until then, and for good where the block raises.
    """
    import shutil

    path = path.absolute()
    sweep(path)
    scratch, old = unfinished(path), unfinished(path)
    try:
        scratch.mkdir()
        yield scratch
        if path.exists():
            os.replace(path, old)
        os.replace(scratch, path)
    finally:
        for left in (scratch, old):
            shutil.rmtree(left, ignore_errors=True)
