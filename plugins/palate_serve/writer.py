"""Posts of events on their way to the log: those that come together are synced together."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from palate_serve.event_log import Conflict, EventLog, Post
from palate_serve.refused import Refused

_TOGETHER = 256
_WAITING = 4096


@dataclass(eq=False)
class Writer:
    """Hands posts to the log from a thread of its own, so that nobody waits for the disk but their sender."""

    log: EventLog
    _queue: list[tuple[Post, asyncio.Future[Any]]] = field(default_factory=list)
    _busy: bool = False
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "event-log"))

    @property
    def waiting(self) -> int:
        """How many posts are not on disk yet."""
        return len(self._queue)

    async def keep(self, post: Post) -> tuple[int, bool]:
        """The last row of a post and whether it was there already, once it is on disk.

        Raises Refused (409) where other events have its key, and (503) where the log cannot be written.
        """
        if len(self._queue) >= _WAITING:
            raise Refused(503, "too many events are waiting to be written", retry=1.0)
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[Any] = loop.create_future()
        self._queue.append((post, kept))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._next, loop)
        found = await asyncio.shield(kept)
        if isinstance(found, Conflict):
            raise Refused(409, "other events were kept under this Idempotency-Key", "Idempotency-Key")
        last: int
        last, again = found
        return last, again

    async def run(self, work: Any, *arguments: Any) -> Any:
        """Something else that writes, in its turn."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def close(self) -> None:
        """Write what is waiting, and end."""
        self._pool.shutdown()

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        some, self._queue = self._queue[:_TOGETHER], self._queue[_TOGETHER:]
        done = loop.run_in_executor(self._pool, self.log.append, [post for post, _ in some])
        done.add_done_callback(lambda result: self._tell(loop, [kept for _, kept in some], result))

    def _tell(self, loop: asyncio.AbstractEventLoop, waiting: list[Any], result: asyncio.Future[Any]) -> None:
        error = result.exception()
        for at, kept in enumerate(waiting):
            if kept.done():
                continue
            if error is None:
                kept.set_result(result.result()[at])
            else:
                kept.set_exception(Refused(503, f"the event log cannot be written: {error}", retry=1.0))
        if self._queue:
            self._next(loop)
        else:
            self._busy = False
