"""Load at a fixed arrival rate, over raw sockets.

A request is due at its time whether others are answered or not, and its latency counts from then (no
coordinated omission). The client waits for nothing but looks again and again, so that it adds least: it needs
a core of its own.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_MOST = 128
_PATIENCE = 30.0


@dataclass
class Outcome:
    """What came of a load: `latencies` in ms from when each was due; `failed` by status, 0 for none."""

    latencies: list[float] = field(default_factory=list)
    failed: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rps(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, q: float) -> float:
        return round(float(np.percentile(self.latencies, q)), 3) if self.latencies else float("nan")


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.due, self.data = 0.0, b""

    def send(self, request: bytes, due: float) -> None:
        self.due, self.data = due, b""
        sent = self.socket.send(request)
        if sent < len(request):
            self.socket.setblocking(True)
            self.socket.sendall(request[sent:])
            self.socket.setblocking(False)

    def answered(self) -> tuple[int, bytes] | None:
        """The status and body once they are whole. Raises OSError where the server hung up."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionResetError
        self.data += part
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end:
            return None
        at = head.lower().find(b"content-length:")
        if len(body) < int(head[at + 15 :].split(b"\r\n", 1)[0]):
            return None
        return int(head[9:12]), body


def request(path: str, body: Any = None, method: str | None = None, host: str = "127.0.0.1") -> bytes:
    """A request as it goes over the wire."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method or ('GET' if body is None else 'POST')} {path} HTTP/1.1", f"Host: {host}"]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def load(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    rate: float | None = None,
    together: int = 16,
    keep: bool = False,
    meanwhile: Callable[[float], None] | None = None,
) -> Outcome:
    """Send requests, in turn, for some seconds: at this many a second, or `together` at any time.

    `meanwhile` is called now and then with the seconds since the start.
    """
    poll, outcome = select.epoll(), Outcome()
    idle: deque[_Connection] = deque()
    busy: dict[int, _Connection] = {}
    waiting: deque[float] = deque()

    def connect() -> _Connection:
        made = _Connection(port)
        poll.register(made.socket.fileno(), select.EPOLLIN)
        return made

    for _ in range(together):
        idle.append(connect())
    start, number, arrived = time.perf_counter(), 0, 0
    while True:
        now = time.perf_counter()
        since = now - start
        if since < seconds:
            if rate is None:
                waiting.extend([now] * len(idle))
            else:
                while arrived < since * rate:
                    waiting.append(start + arrived / rate)
                    arrived += 1
        elif not (waiting or busy) or since > seconds + _PATIENCE:
            break
        while waiting and (idle or len(busy) < _MOST):
            connection = idle.pop() if idle else connect()
            due = waiting.popleft()
            try:
                connection.send(requests[number % len(requests)], due)
            except OSError:
                outcome.failed[0] = outcome.failed.get(0, 0) + 1
                idle.append(connect())
            else:
                busy[connection.socket.fileno()] = connection
            number += 1
        if meanwhile is not None:
            meanwhile(since)
        for handle, _ in poll.poll(0):
            _take(handle, busy, idle, outcome, keep, connect)
    outcome.failed[0] = outcome.failed.get(0, 0) + len(busy) + len(waiting)
    outcome.failed = {status: many for status, many in outcome.failed.items() if many}
    outcome.seconds = time.perf_counter() - start
    for connection in (*idle, *busy.values()):
        connection.socket.close()
    poll.close()
    return outcome


def _take(
    handle: int, busy: dict[int, _Connection], idle: deque[_Connection], outcome: Outcome, keep: bool,
    connect: Callable[[], _Connection],
) -> None:  # fmt: skip
    """Read what one connection has, and note an answer that is whole."""
    connection = busy.get(handle)
    if connection is None:  # an idle connection that the server closes
        for each in [each for each in idle if each.socket.fileno() == handle]:
            idle.remove(each)
            each.socket.close()
        return
    try:
        found = connection.answered()
    except OSError:
        busy.pop(handle)
        connection.socket.close()
        outcome.failed[0] = outcome.failed.get(0, 0) + 1
        idle.append(connect())
        return
    if found is None:
        return
    status, body = found
    idle.append(busy.pop(handle))
    if status == 200:
        outcome.latencies.append((time.perf_counter() - connection.due) * 1e3)
        if keep:
            outcome.bodies.append(body)
    else:
        outcome.failed[status] = outcome.failed.get(status, 0) + 1
