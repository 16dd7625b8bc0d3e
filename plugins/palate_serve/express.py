"""Plain requests for recommendations, answered without a task for each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from palate.pipeline.best import Best
from palate_serve.access import Access
from palate_serve.messages import encode
from palate_serve.prepared import Prepared
from palate_serve.protocol import write
from palate_serve.reading import decoder, is_json
from palate_serve.refused import as_refused, late
from palate_serve.replies import Reply, plain_head, refusal
from palate_serve.routes import find
from palate_serve.service import Service
from palate_serve.together import Together

PATH = b"/v1/recommendations"
Answered = Callable[[str, str, Reply, float], None]


@dataclass(eq=False)
class Express:
    """Takes a request whose body has come with its headers from the protocol straight to the next batch.

    A task, a future and a timer take longer than reading such a request. What is not taken goes the way of
    all requests, which gives the same answers and says what is wrong: nothing has happened to it yet.
    """

    service: Service
    access: Access
    together: Together
    answered: Answered
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._route, _ = find("POST", PATH)
        self._decode = decoder(self._route).decode

    def may_take(self, scope: Any) -> bool:
        """Whether a request with this first line may be one."""
        return scope["raw_path"] == PATH and scope["method"] == "POST" and not scope["query_string"]

    def take(self, cycle: Any) -> bool:
        """Put a request whose body is whole among those that wait; False where it is none of them."""
        start, scope, body = time.perf_counter(), cycle.scope, bytes(cycle.body)
        headers = dict(scope["headers"])
        if self.access.has_more_to_do or len(body) > self.service.limits.body or not is_json(headers):
            return False
        self.access.answering += 1
        try:
            self.access.check(scope, headers, self._route.scope)
            ask = self._decode(body)
            prepared = None if ask.explain else self.service.prepare(ask)
        except Exception:  # it is said where all requests go
            prepared = None
        if prepared is None:
            self.access.answering -= 1
            return False
        self.together.add(prepared, _Waiting(self, cycle, prepared, start))
        return True

    def send(self, cycle: Any, reply: Reply, start: float) -> None:
        """Send the answer to a request that was taken."""
        self.access.answering -= 1
        if reply.status == 200 and write(cycle, plain_head(reply.body), reply.body):
            cycle.on_response = _nothing  # or the cycle and its connection would hold each other
        else:
            sending = asyncio.get_running_loop().create_task(reply.send(cycle.send))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        self.answered("POST", self._route.path, reply, time.perf_counter() - start)


class _Waiting:
    """A request that was taken, told of its result as a future is."""

    __slots__ = ("_cycle", "_express", "_prepared", "_start")

    def __init__(self, express: Express, cycle: Any, prepared: Prepared, start: float) -> None:
        self._express, self._cycle, self._prepared, self._start = express, cycle, prepared, start

    def cancelled(self) -> bool:
        return False

    def set_result(self, best: Best) -> None:
        most = self._express.service.limits.seconds
        try:
            if time.perf_counter() - self._start > most:
                raise late(most)
            reply = Reply(200, encode(self._prepared.recommendation(best).answer))
        except Exception as error:  # or those that wait with it would get no answer
            self.set_exception(error)
        else:
            self._express.send(self._cycle, reply, self._start)

    def set_exception(self, error: Exception) -> None:
        self._express.send(self._cycle, refusal(as_refused(error, PATH.decode())), self._start)


def _nothing() -> None:
    """Nothing is left to be done after an answer."""
