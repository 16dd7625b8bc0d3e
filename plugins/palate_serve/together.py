"""Requests that have come in at one time, answered as one batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from palate.pipeline.best import Best
from palate_serve.messages import Ask
from palate_serve.prepared import Prepared, Recommendation
from palate_serve.service import Service

MOST = 16  # more would let the first wait for long
Waiting = tuple[Prepared, asyncio.Future[Best]]


@dataclass(eq=False)
class Together:
    """Scores the users of all requests that wait, which takes less time than one after another.

    Nobody is waited for: what arrives while a batch is scored is the next batch. What a request gets does not
    depend on the others in it.
    """

    service: Service
    _waiting: list[Waiting] = field(default_factory=list)

    async def recommend(self, ask: Ask) -> Recommendation:
        """The answer to one request, without explanations. Raises Refused."""
        prepared = self.service.prepare(ask)
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._answer)
        answered: asyncio.Future[Best] = loop.create_future()
        self._waiting.append((prepared, answered))
        return prepared.recommendation(await answered)

    def _answer(self) -> None:
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._answer)
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
