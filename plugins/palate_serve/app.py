"""The ASGI application."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from palate_serve.access import Access
from palate_serve.deadline import in_time
from palate_serve.endpoints import Endpoints, Request
from palate_serve.event_log import EventLog
from palate_serve.express import Express
from palate_serve.limits import Limits
from palate_serve.metrics import TYPE as METRICS_TYPE
from palate_serve.metrics import Metrics
from palate_serve.openapi import document
from palate_serve.opening import open_run
from palate_serve.page import page
from palate_serve.reading import body_of, parameters_of
from palate_serve.refused import as_refused, late
from palate_serve.replies import Reply, refusal, reply_to
from palate_serve.routes import Route, find
from palate_serve.service import Service, now
from palate_serve.swapping import Swapper
from palate_serve.tokens import Tokens
from palate_serve.writer import Writer

log = logging.getLogger("palate_serve")
EVENTS = "events.sqlite"


class App:
    """A run as an ASGI application, to be served by itself or mounted in another.

    `run` is the folder of a run, a Run or a Pipeline, and `beside` are others, asked by name. Events are kept
    in the file `events` (default: `events.sqlite` beside the run's folder). Without `tokens` whoever reaches
    it may do everything. `origins` are those of pages that may ask from a browser, `pictures` the sites whose
    pictures its own page may show, `hosts` the only names under which it answers. With `link` it follows
    where that points to; with `follow` it serves the run that other workers of its `group` have swapped to.
    Raises PalateError where a run cannot be served.
    """

    def __init__(
        self,
        run: Any,
        *,
        beside: Iterable[Any] = (),
        events: str | Path | None = None,
        tokens: Tokens | None = None,
        limits: Limits | None = None,
        origins: Sequence[str] = (),
        pictures: Sequence[str] = (),
        hosts: Sequence[str] | None = None,
        link: Path | None = None,
        follow: bool = False,
        group: str = "",
    ) -> None:
        page(pictures=tuple(pictures))  # what is wrong is said now
        served = open_run(run)
        others = {each.name: each for each in map(open_run, beside)}
        runs = None if served.folder is None else served.folder.parent
        self._scratch = tempfile.TemporaryDirectory() if events is None and runs is None else None
        place = Path(self._scratch.name) if self._scratch else runs
        kept = EventLog(Path(events) if events is not None else Path(place or ".") / EVENTS)
        self.limits = limits or Limits()
        self.service = Service(served, kept, self.limits, others, group)
        if follow and self.service.wanted == served.name:
            self.service.wanted = None
        elif not follow and self.service.wanted is not None:
            self.service.told(kept.swapped(served.name, group, now()))
        self.writer = Writer(kept)
        self.swapper = Swapper(self.service, self.writer, runs, link)
        self.metrics = Metrics()
        self.access = Access(
            tokens or Tokens(), self.limits, tuple(origins), None if hosts is None else set(hosts)
        )
        counters = partial(self.metrics.page, self.service, self.writer)
        self.endpoints = Endpoints(
            self.service, self.writer, self.swapper.to, counters, document(), tuple(pictures)
        )
        self._following: asyncio.Task[None] | None = None
        self.express = Express(self.service, self.access, self.endpoints.together, self._answered)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or take part in the server's start and end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            if self._following is None:
                self._following = asyncio.create_task(self.swapper.follow())
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        start, method = time.perf_counter(), scope["method"]
        headers = dict(scope["headers"])
        path = "-"
        self.access.answering += 1
        try:
            if method == "OPTIONS":
                reply = self.access.preflight(headers)
            else:
                raw = _path(scope)
                route, parts = find("GET" if method == "HEAD" else method, raw)
                path = route.path
                self.access.check(scope, headers, route.scope)
                answering = self._answer(route, parts, scope, headers, receive)
                reply = await in_time(answering, self.limits.seconds)
        except TimeoutError:
            reply = refusal(late(self.limits.seconds))
        except Exception as error:
            reply = refusal(as_refused(error, path))
        finally:
            self.access.answering -= 1
        more = self.access.headers_for(headers)
        if more or method == "HEAD" or not reply.sent_at_once(scope):
            await reply.send(send, more, with_body=method != "HEAD")
        self._answered(method, path, reply, time.perf_counter() - start)

    async def _answer(
        self, route: Route, parts: dict[str, str], scope: Any, headers: dict[bytes, bytes], receive: Any
    ) -> Reply:
        query = parameters_of(route, scope["query_string"])
        body = None if route.body is None else await body_of(route, headers, receive, self.limits)
        handler = getattr(self.endpoints, route.handler)
        found = handler(Request(parts, query, body, headers))
        if asyncio.iscoroutine(found):
            found = await found
        return reply_to(found, METRICS_TYPE if route.handler == "metrics" else None)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.swapper.once()
                self._following = asyncio.create_task(self.swapper.follow())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._following is not None:
                    self._following.cancel()
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def close(self) -> None:
        """Write the events that wait, and let go of the log."""
        self.writer.close()
        self.service.log.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def _answered(self, method: str, path: str, reply: Reply, seconds: float) -> None:
        self.metrics.observe(method if path != "-" else "-", path, reply.status, seconds)
        if log.isEnabledFor(logging.INFO):
            self._note(method, path, reply, seconds)

    def _note(self, method: str, path: str, reply: Reply, seconds: float) -> None:
        """One line of the access log: the place and not the ids in it, and nothing of bodies."""
        log.info(
            "answered",
            extra={
                "request": {
                    "method": method,
                    "path": path,
                    "status": reply.status,
                    "ms": round(seconds * 1e3, 3),
                    "bytes": len(reply.body),
                    "run": self.service.run.name,
                }
            },
        )


def _path(scope: Any) -> bytes:
    """The path below where the application is mounted, as it came."""
    raw: bytes = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    root = scope.get("root_path", "").encode()
    return raw[len(root) :] if root and raw.startswith(root) else raw
