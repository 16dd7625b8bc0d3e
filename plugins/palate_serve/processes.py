"""The server's processes: one that answers, or several on one socket and one that watches over them."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from palate.errors import PalateError
from palate_serve.freed_memory import keep_freed_memory
from palate_serve.logs import log_json
from palate_serve.settings import Settings

log = logging.getLogger("palate_serve")
_GRACE = 30  # seconds in which the answers under way are sent
_SETTINGS, _SOCKET = "PALATE_SERVE_SETTINGS", "PALATE_SERVE_SOCKET"
_FAST = 30.0  # a worker that fails so soon, three times in a row, does so again


def serve(settings: Settings) -> None:
    """Serve until a signal ends it. Raises PalateError where it cannot begin."""
    settings.check()
    if settings.workers > 1 and sys.platform == "win32":
        raise PalateError("several workers share a socket, which Windows does not do; use --workers 1")
    with listening(settings.host, settings.port) as listener:
        if settings.workers == 1:
            app = settings.app(follow=False)
            _announce(settings, listener)
            answer(app, settings, listener)
        else:
            settings.app(follow=False).close()  # whatever is wrong is said once, before there are workers
            _announce(settings, listener)
            _watch(settings, listener)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises PalateError where it cannot."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
        listener.setblocking(False)
    except OSError as error:
        raise PalateError(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None
    return listener


def answer(app: Any, settings: Settings, listener: socket.socket) -> None:
    """Answer requests on a socket until SIGTERM or SIGINT, and then send what is under way."""
    import uvicorn
    from threadpoolctl import threadpool_limits

    from palate_serve.protocol import guarded

    log_json(settings.access)
    keep_freed_memory()
    _leave_alone()
    config = uvicorn.Config(
        app,
        http=guarded(settings.limits.slow, app.express),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=_GRACE,
        backlog=1024,
    )
    # One answer takes less than threads take to agree on; a server that was told to end has ended well.
    with threadpool_limits(1), contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _leave_alone() -> None:
    """Have the garbage collector look at what comes from now on, and not again and again at what is there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 10)  # looking at few objects often makes nobody wait for long


def work() -> None:
    """What a worker process does: its settings and its socket are in the environment."""
    settings = Settings.of_text(os.environ[_SETTINGS])
    listener = socket.socket(fileno=int(os.environ[_SOCKET]))
    log_json(settings.access)
    try:
        app = settings.app(follow=True)
    except PalateError as error:
        log.error("%s", error)
        raise SystemExit(1) from None
    answer(app, settings, listener)


def _announce(settings: Settings, listener: socket.socket) -> None:
    import click

    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"palate serves {settings.run} on http://{shown}:{port}", err=True)


def _watch(settings: Settings, listener: socket.socket) -> None:
    """Keep as many workers as are wanted, until a signal ends all."""
    ending: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: ending.append(got))
    with tempfile.TemporaryDirectory(prefix="palate-serve-") as room:
        begin = lambda: _start(settings, listener, Path(room))  # noqa: E731
        workers = [(begin(), time.monotonic()) for _ in range(settings.workers)]
        failures = 0
        while not ending and failures < 3:
            time.sleep(0.1)
            for at, (worker, since) in enumerate(workers):
                if worker.poll() is not None and not ending:
                    own = worker.returncode > 0 and time.monotonic() - since < _FAST  # not killed by a signal
                    failures = failures + 1 if own else 0
                    workers[at] = (begin(), time.monotonic())
        _end([worker for worker, _ in workers])
    if not ending:
        raise PalateError("workers end as soon as they are started; the lines above say why")


def _start(settings: Settings, listener: socket.socket, room: Path) -> subprocess.Popen[bytes]:
    handle = listener.fileno()
    environment = os.environ | {
        _SETTINGS: settings.as_text(),
        _SOCKET: str(handle),
        "PROMETHEUS_MULTIPROC_DIR": str(room),
    }
    command = [sys.executable, "-P", "-c", "from palate_serve.processes import work; work()"]
    return subprocess.Popen(command, env=environment, pass_fds=(handle,))  # noqa: S603


def _end(workers: list[subprocess.Popen[bytes]]) -> None:
    for worker in workers:
        worker.terminate()
    until = time.monotonic() + _GRACE + 5
    for worker in workers:
        try:
            worker.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
