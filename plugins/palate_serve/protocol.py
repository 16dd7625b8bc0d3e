"""HTTP/1.1 as uvicorn speaks it, but for clients that never finish their headers."""

from __future__ import annotations

import asyncio
from typing import Any

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
                self._late = self.loop.call_later(seconds, self._too_late)
            if not self._whole:
                self._came += len(data)
            super().data_received(data)
            if not self._whole and self._came > _HEADERS:
                self.transport.close()

        def on_headers_complete(self) -> None:
            self._whole = True
            self._on_time()
            super().on_headers_complete()

        def _on_time(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _too_late(self) -> None:
            self._late = None
            if not self._whole and not self.transport.is_closing():
                self.transport.close()

    return Guarded
