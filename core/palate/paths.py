"""Where palate keeps what it can get or make again, and how it writes there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

from palate.leftovers import remove, unfinished


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


def write_whole(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file that other processes see either whole or not at all, who may read it by `mode` if given.

    Raises OSError, which names the file.
    """
    scratch = unfinished(path)
    try:
        if mode is not None:
            scratch.touch(0o600)
            scratch.chmod(mode)
        scratch.write_bytes(data)
        os.replace(scratch, path)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk names none
    finally:
        scratch.unlink(missing_ok=True)


def exchanged(one: Path, other: Path) -> bool:
    """Whether two paths have changed places in one step, which Linux can; else nothing has changed."""
    import ctypes
    import sys

    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    done: int = rename(here, os.fsencode(one), here, os.fsencode(other), exchange)
    return done == 0


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `path` once all is written. Raises OSError.

    What is at `path` stays until then, and for good where the block raises.
    """
    path = path.absolute()
    scratch, old = unfinished(path), unfinished(path)
    try:
        scratch.mkdir()
        yield scratch
        while not exchanged(scratch, path):
            with suppress(FileNotFoundError):
                os.replace(path, old)
            try:
                os.replace(scratch, path)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                remove(old)  # another process put its own there meanwhile
            else:
                break
    finally:
        for left in (scratch, old):
            remove(left)


def literally(path: Path) -> Path | BytesIO:
    """What polars reads as the file of this name: its bytes where it would take the path for a pattern."""
    return BytesIO(path.read_bytes()) if set("*?[").intersection(str(path)) else path
