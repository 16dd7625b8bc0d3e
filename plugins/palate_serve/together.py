"""Requests that have come in at one time, answered as one batch."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from palate.pipeline.best import Best
from palate_serve.messages import Ask
from palate_serve.prepared import Prepared, Recommendation
from palate_serve.service import Service

MOST = 16  # more take hardly less time each, and would let the first wait for long
LONGEST = 0.010  # seconds of the processor that a batch may take, where one request does not take longer
Waiting = tuple[Prepared, Any]


@dataclass(eq=False)
class Together:
    """Scores the users of all requests that wait, which takes less time than one after another.

    Nobody is waited for: what arrives while a batch is scored is the next batch, and it is scored once the
    answers of the first are sent. What a request gets does not depend on the others in it.
    """

    service: Service
    _waiting: list[Waiting] = field(default_factory=list)
    _due: asyncio.AbstractEventLoop | None = None
    """The loop in which the next batch is going to be scored."""
    _each: float = 0.0
    """Seconds of the processor that a request took of late: waiting for it is no reason to take fewer."""

    async def recommend(self, ask: Ask) -> Recommendation:
        """The answer to one request, without explanations. Raises Refused."""
        prepared = self.service.prepare(ask)
        answered: asyncio.Future[Best] = asyncio.get_running_loop().create_future()
        self.add(prepared, answered)
        return prepared.recommendation(await answered)

    def add(self, prepared: Prepared, answered: Any) -> None:
        """Score it with the others; `answered` is told as a future is."""
        loop = asyncio.get_running_loop()
        if self._due is not loop:
            self._due = loop
            loop.call_soon(self._answer)
        self._waiting.append((prepared, answered))

    def _answer(self) -> None:
        most = MOST if self._each * MOST <= LONGEST else max(1, int(LONGEST / self._each))
        batch, self._waiting = self._waiting[:most], self._waiting[most:]
        loop, start = asyncio.get_running_loop(), time.thread_time()
        self._score(batch)
        self._each += ((time.thread_time() - start) / max(len(batch), 1) - self._each) / 16
        if self._waiting:  # not in the next turn of the loop, at whose end these answers are written
            loop.call_soon(loop.call_soon, self._answer)
        else:
            self._due = None

    def _score(self, batch: list[Waiting]) -> None:
        groups: dict[object, list[Waiting]] = {}
        for prepared, answered in batch:
            if not answered.cancelled():
                groups.setdefault(prepared.alike, []).append((prepared, answered))
        for group in groups.values():
            _score(group)


def _score(group: list[Waiting]) -> None:
    """Give each of these requests, which are alike, its best items, or the error that it ends in alone."""
    try:
        found = Prepared.best([prepared for prepared, _ in group])
    except Exception as error:
        if len(group) > 1:
            for one in group:
                _score([one])
        else:
            group[0][1].set_exception(error)
    else:
        for (_, answered), best in zip(group, found, strict=True):
            answered.set_result(best)
