"""How much one request, one client and all of them together may ask for."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from palate_serve.refused import Refused

_CLIENTS = 10_000


@dataclass(frozen=True)
class Limits:
    """Upper bounds; what goes past them is refused with 413, 422 or 429."""

    body: int = 1_000_000
    """Bytes of a body."""
    k: int = 1000
    history: int = 10_000
    """Events in the history of a request, or in one post of events."""
    listed: int = 100_000
    """Ids in `only` and in `exclude`."""
    named: int = 50
    """Attributes, branches and conditions in one request."""
    explained: int = 100
    """Items that one request, or one batch, has explained; explaining takes milliseconds each."""
    batch: int = 100
    concurrency: int = 200
    """Requests that are being answered at once, in one worker."""
    rate: float = 0.0
    """Requests a second of one client (token or address), in one worker; 0: as many as it likes."""
    seconds: float = 30.0
    """Until a request is given up."""
    slow: float = 10.0
    """Seconds in which a client must have sent its request."""
    future: float = 300.0
    """Seconds that the time of an event may lie ahead of the server's clock."""


@dataclass
class Rates:
    """A bucket of requests for each client, refilled at the rate, which holds what two seconds bring."""

    rate: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def check(self, client: str) -> None:
        """Raises Refused (429) for a client that asks too often."""
        if not self.rate:
            return
        now, most = time.monotonic(), max(1.0, 2 * self.rate)
        left, before = self._left.pop(client, (most, now))
        left = min(most, left + (now - before) * self.rate)
        if left < 1:
            self._left[client] = (left, now)
            raise Refused(429, "too many requests from this client", retry=(1 - left) / self.rate)
        self._left[client] = (left - 1, now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
