"""Answers on their way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from palate_serve.messages import encode
from palate_serve.protocol import WRITE
from palate_serve.refused import Refused

_JSON = b"application/json"
_PLAIN = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-content-type-options: nosniff\r\n"
    b"cache-control: no-store\r\ncontent-length: "
)
_FIXED = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))


@dataclass(eq=False, slots=True)
class Reply:
    """A status, a body, and headers beside those that every answer has."""

    status: int
    body: bytes
    type: bytes = _JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def sent_at_once(self, scope: Any) -> bool:
        """Whether it is sent by now: a plain answer, where the server can write it as it is."""
        write = (scope.get("extensions") or {}).get(WRITE)
        if write is None or self.status != 200 or self.type is not _JSON or self.headers:
            return False
        return bool(write(plain_head(self.body), self.body))

    async def send(
        self, send: Any, more: tuple[tuple[bytes, bytes], ...] = (), with_body: bool = True
    ) -> None:
        """Send it."""
        headers = [
            (b"content-type", self.type),
            (b"content-length", str(len(self.body)).encode()),
            *_FIXED,
            *self.headers,
            *more,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body if with_body else b""})


def plain_head(body: bytes) -> bytes:
    """Status line and headers of a plain answer with this body."""
    return b"%b%d\r\n" % (_PLAIN, len(body))


def reply_to(found: Any, kind: bytes | None = None) -> Reply:
    """What a handler gave, as an answer: a message, plain values, bytes of the type `kind`, or a Reply."""
    if isinstance(found, Reply):
        return found
    if isinstance(found, bytes):
        return Reply(200, found, kind or _JSON)
    return Reply(200, encode(found))


def refusal(error: Refused) -> Reply:
    """An error as JSON: its status, what is wrong, and the field."""
    said: dict[str, Any] = {"status": error.status, "message": error.message}
    if error.field:
        said["field"] = error.field
    headers: list[tuple[bytes, bytes]] = []
    if error.retry is not None:
        headers.append((b"retry-after", str(max(1, round(error.retry))).encode()))
    if error.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return Reply(error.status, encode({"error": said}), headers=tuple(headers))
