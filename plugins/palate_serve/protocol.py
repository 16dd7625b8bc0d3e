"""HTTP/1.1 as uvicorn speaks it, but for clients that never finish their headers, and for plain answers."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

WRITE = "palate.write"
"""The ASGI extension by which an answer is sent at once: `write(head, body)`, False where it must wait."""
_HEADERS = 64 * 1024


def guarded(seconds: float) -> type[asyncio.Protocol] | str:
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
            self.scope["extensions"] = {WRITE: partial(_write, self.cycle)}

        def _on_time(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _too_late(self) -> None:
            self._late = None
            if not self._whole and not self.transport.is_closing():
                self.transport.close()

    return Guarded


def _write(cycle: Any, head: bytes, body: bytes) -> bool:
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
