"""HTTP/1.1 as uvicorn speaks it, but for clients that never finish their headers, and for plain answers."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from weakref import ref

WRITE = "palate.write"
"""The ASGI extension by which an answer is sent at once: `write(head, body)`, False where it must wait."""
_HEADERS = 64 * 1024


def guarded(seconds: float, express: Any = None) -> type[asyncio.Protocol] | str:
    """A protocol class for uvicorn that closes a connection whose headers take longer, or over 64 KiB.

    Without httptools it is uvicorn's own, which limits the size of headers and not their time.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "h11"

    class Guarded(HttpToolsProtocol):
        """Counts what comes, and how long it takes, until the headers are whole."""

        _late: asyncio.TimerHandle | None = None
        _came = 0
        _whole = False
        _begun: tuple[Any, Any] | None = None
        """A request that may be taken at once, if its body comes with its headers."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._late = self.loop.call_later(seconds, self._too_late)

        def connection_lost(self, exc: Exception | None) -> None:
            self._on_time()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._whole and self._late is None and self.cycle is not None and self.cycle.response_complete:
                self._whole, self._came = False, 0  # another request on the same connection
            if not self._whole:
                self._came += len(data)
            super().data_received(data)
            if self._begun is not None:
                begun, self._begun = self._begun, None
                self._start(*begun)
            if self._whole:
                return
            if self._late is None:
                self._late = self.loop.call_later(seconds, self._too_late)
            if self._came > _HEADERS:
                self.transport.close()

        def on_headers_complete(self) -> None:
            self._whole = True
            self._on_time()
            super().on_headers_complete()

        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            if express is None or not express.may_take(cycle.scope):
                self._start(cycle, app)
            elif cycle.more_body:  # it most often comes with the headers, and is parsed next
                self._begun = cycle, app
            elif not express.take(cycle):
                self._start(cycle, app)

        def _start(self, cycle: Any, app: Any) -> None:
            """The way of all requests, in a task."""
            cycle.scope["extensions"] = {WRITE: partial(_write, ref(cycle))}
            super()._start_asgi_task(cycle, app)

        def on_message_complete(self) -> None:
            super().on_message_complete()
            if self._begun is not None and not self._begun[0].more_body and express.take(self._begun[0]):
                self._begun = None

        def _on_time(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _too_late(self) -> None:
            self._late = None
            if not self._whole and not self.transport.is_closing():
                self.transport.close()

    return Guarded


def write(cycle: Any, head: bytes, body: bytes) -> bool:
    """Send a whole answer, its status line and headers as they are, or say that the connection is not ready.

    It does what the `send` of uvicorn does for an answer of known length, less its look at each header.
    """
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    own = [part for name, value in cycle.default_headers for part in (name, b": ", value, b"\r\n")]
    end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
    cycle.transport.write(b"".join([head, *own, end, body]))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


def _write(asked: ref[Any], head: bytes, body: bytes) -> bool:
    """The same for a request that may be gone.

    The cycle of request and answer holds its scope, and so this. Held the other way too, each request would
    be garbage that only the collector frees, in pauses for which others wait.
    """
    cycle = asked()
    return cycle is not None and write(cycle, head, body)
