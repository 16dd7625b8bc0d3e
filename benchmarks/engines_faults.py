"""What goes wrong for the benchmark of engines: workers that are killed, and object storage that fails."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OTHERS = ("IDLE", "examine", "DashboardAgent", "RuntimeEnvAgent")
"""Processes of Ray that are at no step."""


class Killer(threading.Thread):
    """Kills workers that are at a step, so many in all, at most twice at one step."""

    def __init__(self, count: int, seed: int = 0) -> None:
        super().__init__(daemon=True)
        self.left, self.random = count, random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.stop = threading.Event()

    def run(self) -> None:
        while self.left and not self.stop.is_set():
            at_work = [(pid, name) for pid, name in workers() if self.killed[name] < 2]
            if at_work:
                pid, name = self.random.choice(at_work)
                time.sleep(self.random.uniform(0, 0.3))  # somewhere in the step
                if (pid, name) in workers():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        self.killed[name] += 1
                        self.left -= 1
            time.sleep(0.05)


def workers() -> list[tuple[int, str]]:
    """Process and step of each worker of Ray on this machine that is at one."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            title = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            if title.startswith("ray::") and not any(title.startswith(f"ray::{name}") for name in OTHERS):
                found.append((int(entry.name), title.removeprefix("ray::")))
    return found


@contextlib.contextmanager
def failing_s3(bucket: str) -> Iterator[dict[str, Any]]:
    """A server that speaks S3 (moto), of whose answers to one request in twelve is 500, and to one
    conditional write in four 412, though nothing is there. Gives its address and how many failed.
    """
    import urllib3
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    inside = DomainDispatcherApplication(create_backend_app)
    counts: Counter[str] = Counter()
    chance, lock = random.Random(5), threading.Lock()

    def app(environ: dict[str, Any], start: Any) -> Any:
        with lock:
            counts["requests"] += 1
            first = environ.get("HTTP_IF_NONE_MATCH") == "*" and chance.random() < 0.25
            code = 412 if first else 500 if counts["requests"] > 1 and chance.random() < 1 / 12 else 0
            counts[str(code)] += bool(code)
        if not code:
            return inside(environ, start)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(f"{code} injected", [("Content-Length", "0")])
        return [b""]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    urllib3.request("PUT", f"{address}/{bucket}")
    yield {"address": address, "counts": counts}
    server.shutdown()
