"""Requests to a server with the OpenAI protocol, several at a time, within a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from palate.errors import ComponentError, DataError
from palate.remote.web import Web, bearer, read_json
from palate.secrets import bare, secrets_of

Read = TypeVar("Read")

ONLY_SPEED = frozenset({"key", "concurrency", "timeout", "attempts", "per_second", "budget_tokens"})
"""Options of those who ask a server that change how fast they are, and never what comes out."""


@dataclass(frozen=True)
class Request:
    """A JSON document to be sent, for which rows it asks, and about how many tokens it costs at most."""

    rows: list[int]
    document: dict[str, Any]
    tokens: int


@dataclass
class Client:
    """Asks one server; `who` begins its errors, such as `encoder 'endpoint'`.

    `spent` counts tokens, about, against the `budget`, and `sent` those since the last report.
    """

    who: str
    url: str
    model: str
    key: str | None
    concurrency: int
    timeout: float
    attempts: int
    per_second: float | None
    budget: int | None
    spent: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)

    def answers(
        self, path: str, requests: Iterable[Request], read: Callable[[Any, Request], Read]
    ) -> Iterator[tuple[Request, Read]]:
        """Requests with what `read` made of the answers, as they come; what was answered comes before an
        error.

        Raises ComponentError where the server cannot be reached or answers otherwise than the protocol says,
        where the key is missing, or where the budget is spent.
        """
        here, headers, address = threading.local(), self._headers(), f"{self.url.rstrip('/')}/{path}"

        def asked(request: Request) -> tuple[Request, Read]:
            if not hasattr(here, "web"):
                here.web = Web(self.attempts, self.timeout, per_second=self.per_second, secrets=headers)
            return request, read(self._asked(here.web, address, request), request)

        todo, problem = iter(requests), None
        with ThreadPoolExecutor(self.concurrency) as pool:
            running: set[Future[tuple[Request, Read]]] = set()
            while True:
                while problem is None and len(running) < self.concurrency and (request := next(todo, None)):
                    problem = self._unaffordable(request.tokens)
                    if problem is None:
                        running.add(pool.submit(asked, request))
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for each in done:
                    try:
                        yield each.result()
                    except ComponentError as error:
                        problem = problem or error
        if problem is not None:
            raise problem

    def settle(self, reserved: int, used: int) -> None:
        """Count so many tokens in place of those that a request was thought to cost."""
        self.spent += used - reserved
        self.sent += used - reserved

    def error(self, said: str) -> ComponentError:
        """What is wrong with the server's answers."""
        return ComponentError(f"{self.who}: {bare(self.url)} {said} (model {self.model!r})")

    def _asked(self, web: Web, address: str, request: Request) -> Any:
        try:
            return read_json(web.post(address, request.document).body, bare(address))
        except DataError as error:
            raise ComponentError(f"{self.who}: {error}") from None

    def _unaffordable(self, tokens: int) -> ComponentError | None:
        """Why so many tokens more cannot be sent; else they count as sent."""
        if self.budget is not None and self.spent + tokens > self.budget:
            return ComponentError(
                f"{self.who}: the budget of {self.budget:,} tokens does not suffice: about {self.spent:,} "
                f"were sent, and the next request has {tokens:,}. What is done is kept; raise "
                "budget_tokens to go on"
            )
        self.spent += tokens
        self.sent += tokens
        return None

    def _headers(self) -> dict[str, str]:
        try:
            return bearer(self.url, self.key)
        except DataError as error:
            raise ComponentError(f"{self.who}: {error}") from None


def check_address(url: str) -> None:
    """Raise ValueError for an address that is none or holds a secret."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"url must begin with http:// or https://; got {bare(url)!r}")
    if secrets_of(url):
        raise ValueError("url holds a key; put it into an environment variable and name that with `key`")
