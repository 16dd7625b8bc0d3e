"""Who may ask: tokens, the rate of each client, how many at once, names of hosts, other pages' origins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from palate_serve.limits import Limits, Rates
from palate_serve.refused import Refused
from palate_serve.replies import Reply
from palate_serve.tokens import Scope, Tokens

Headers = dict[bytes, bytes]


@dataclass(eq=False)
class Access:
    """What is checked before a request is looked at."""

    tokens: Tokens
    limits: Limits
    origins: tuple[str, ...] = ()
    hosts: set[str] | None = None
    answering: int = 0
    """How many requests are being answered."""
    rates: Rates = field(init=False)

    def __post_init__(self) -> None:
        self.rates = Rates(self.limits.rate)

    def check(self, scope: Any, headers: Headers, needed: Scope) -> None:
        """Raises Refused (400, 401, 403, 421, 429)."""
        if self.hosts is not None and _host(headers) not in self.hosts:
            raise Refused(421, "this server does not answer under that name", "Host")
        if self.answering > self.limits.concurrency and needed != "open":
            raise Refused(429, "too many requests at once", retry=1.0)
        token = _token(headers)
        status = self.tokens.allow(token, needed)
        if needed != "open":
            client = scope.get("client")
            known = token if self.tokens and status != 401 else None
            self.rates.check(known or (client[0] if client else "-"))
        if status == 401:
            raise Refused(401, "send a token: Authorization: Bearer TOKEN", "Authorization")
        if status == 403:
            raise Refused(403, f"this token does not open what needs {needed}", "Authorization")

    @property
    def has_more_to_do(self) -> bool:
        """Whether `check` counts who asks, or answers have headers for other pages."""
        return bool(self.origins or self.limits.rate)

    def preflight(self, headers: Headers) -> Reply:
        """The answer to a browser that asks whether another page may ask."""
        more = (
            (b"access-control-allow-methods", b"GET, POST, DELETE"),
            (b"access-control-allow-headers", b"authorization, content-type, idempotency-key"),
        )
        return Reply(204, b"", headers=more if self.headers_for(headers) else ())

    def headers_for(self, headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
        """The headers that let the page of an allowed origin read the answer; none for all others."""
        if not self.origins:
            return ()
        origin = headers.get(b"origin", b"")
        if origin.decode("latin-1") not in self.origins:
            return ()
        return ((b"access-control-allow-origin", origin), (b"vary", b"origin"))


def _token(headers: Headers) -> str | None:
    given = headers.get(b"authorization")
    if given is None:
        return None
    kind, _, token = given.decode("latin-1").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _host(headers: Headers) -> str:
    name = headers.get(b"host", b"").decode("latin-1").lower()
    if name.startswith("["):
        return name.partition("]")[0][1:]
    return name.rpartition(":")[0] if ":" in name else name
