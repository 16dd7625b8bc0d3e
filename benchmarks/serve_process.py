"""A `palate serve` of its own for `serve.py`: on one core, with what the operating system says of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PALATE = str(Path(sys.executable).with_name("palate"))
SERVER_CORE, CLIENT_CORE = (int(core) for core in os.environ.get("PALATE_SERVE_CORES", "0,1").split(","))


def pin(core: int) -> None:
    """Keep this process on one core, where the machine has it."""
    if core in os.sched_getaffinity(0) or (os.cpu_count() or 1) > core:
        os.sched_setaffinity(0, {core})


class Server:
    """`palate serve` in a process group of its own, ready to answer."""

    def __init__(self, run: Path, events: Path, workers: int = 1, core: int | None = SERVER_CORE) -> None:
        command = [PALATE, "serve", str(run), "--port", "0", "--events", str(events), "--quiet"]
        self.workers, self.events = workers, events
        self.process = subprocess.Popen(
            [*command, "--workers", str(workers)],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            preexec_fn=None if core is None else lambda: pin(core),
        )
        said = []
        assert self.process.stderr is not None
        for line in self.process.stderr:
            said.append(line)
            found = re.search(r" on http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                break
        else:
            raise SystemExit(f"{' '.join(command)} did not start:\n{''.join(said)}")
        self._wait(said)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def pids(self) -> list[int]:
        """The processes that answer."""
        if self.workers == 1:
            return [self.process.pid]
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]

    def memory(self) -> dict[str, float]:
        """Resident memory of the workers in MB: now, and at its highest."""
        total = {"VmRSS": 0, "VmHWM": 0}
        for pid in self.pids:
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in total:
                    total[name] += int(value.split()[0])
        return {"rss_mb": round(total["VmRSS"] / 1024), "peak_mb": round(total["VmHWM"] / 1024)}

    def connection(self) -> http.client.HTTPConnection:
        """A connection that stays open, and so with one worker."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        made.connect()
        made.sock.setsockopt(6, 1, 1)  # TCP_NODELAY
        return made

    def worker_of(self, connection: http.client.HTTPConnection) -> int | None:
        """Which worker's a connection is; None where the system does not say."""
        port = connection.sock.getsockname()[1]
        inode = None
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            parts = line.split()
            if int(parts[1].split(":")[1], 16) == self.port and int(parts[2].split(":")[1], 16) == port:
                inode = parts[9]
        for pid in self.pids:
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                try:
                    if os.readlink(handle) == f"socket:[{inode}]":
                        return pid
                except OSError:
                    continue
        return None

    def kill(self) -> None:
        """End it and all its workers at once, with no chance to do anything."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """End it as an operator would."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def _wait(self, said: list[str]) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if len(self.pids) == self.workers and ask(self.connection(), "GET", "/ready")[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended: {''.join(said)}")
        raise SystemExit("the server did not become ready within 2 minutes")


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """The status and the JSON of one answer."""
    data = None if body is None else json.dumps(body)
    if data is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, json.loads(text) if text else None
