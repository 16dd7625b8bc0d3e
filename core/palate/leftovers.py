"""What killed processes left unfinished, told from what another process is writing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import time
from functools import cache
from pathlib import Path

DAY = 24 * 3600.0
_NAME = re.compile(r"\..+\.(?P<process>\d+)\.(?P<machine>[0-9a-f]{8})\.[0-9a-f]{8}", re.DOTALL)


def unfinished(path: Path) -> Path:
    """A new name beside `path` to write under until the file is whole; its folder is made. Raises OSError.

    The name says which process of which machine writes there. The first time that a process writes into a
    folder, what killed ones left there is swept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep_once(path.parent.absolute())
    stem = path.name.encode()[:180].decode(errors="ignore")  # file systems allow 255 bytes
    return path.with_name(f".{stem}.{os.getpid()}.{_machine()}.{os.urandom(4).hex()}")


def sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished in a folder.

    What a process of this machine left goes at once when that process is gone. Of other machines, which may
    share the folder, nothing is known: what they left goes after a day.
    """
    for left in abandoned(folder):
        remove(left)


def abandoned(folder: Path) -> list[Path]:
    """What `sweep` removes."""
    found = []
    with contextlib.suppress(OSError):
        for left in list(folder.iterdir()):
            named = _NAME.fullmatch(left.name)
            if named and _abandoned(left, int(named["process"]), named["machine"]):
                found.append(left)
    return found


def remove(path: Path) -> None:
    """Remove a file, a link (which is not followed) or a folder with all in it, as far as that is allowed."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@cache
def _sweep_once(folder: Path) -> None:
    sweep(folder)


def _abandoned(path: Path, process: int, machine: str) -> bool:
    if machine == _machine() and os.name == "posix":
        return not _runs(process)
    return age(path) > DAY


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it is another user's
        return True
    return True


@cache
def _machine() -> str:
    """Where a process number means something: a container, of a machine, since it was started."""
    said = [platform.node()]
    for read in (_boot, _container):
        with contextlib.suppress(OSError):
            said.append(read())
    return hashlib.blake2b("\0".join(said).encode(), digest_size=4).hexdigest()


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")


def _container() -> str:
    return os.readlink("/proc/self/ns/pid")


def age(path: Path) -> float:
    """Seconds since the last change; 0 where the path is gone meanwhile."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0
