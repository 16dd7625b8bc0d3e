"""What a request brings: its body within the limits, and the parameters of its query string."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from palate_serve.deadline import in_time
from palate_serve.limits import Limits
from palate_serve.refused import Refused, unread
from palate_serve.routes import Route

_MANY = 50


async def body_of(route: Route, headers: dict[bytes, bytes], receive: Any, limits: Limits) -> Any:
    """The body as the route's type. Raises Refused (400, 408, 413, 415, 422)."""
    if not is_json(headers):
        raise Refused(415, "send JSON, with the header Content-Type: application/json", "Content-Type")
    length = headers.get(b"content-length")
    if length is not None and length.isdigit() and int(length) > limits.body:
        raise _too_large(limits)
    try:
        data = await in_time(_read(receive, limits), limits.slow)
    except TimeoutError:
        raise Refused(408, f"the body did not come within {limits.slow:g} seconds") from None
    try:
        return decoder(route).decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise unread(error) from None


def is_json(headers: dict[bytes, bytes]) -> bool:
    """Whether the headers say that the body is JSON."""
    return headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == b"application/json"


async def _read(receive: Any, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the client went away")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limits.body:
            raise _too_large(limits)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def parameters_of(route: Route, query_string: bytes) -> dict[str, Any]:
    """The parameters by name, as the types that the route says. Raises Refused (422) for all others."""
    if not query_string:
        return {}
    try:
        given = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, max_num_fields=_MANY, errors="strict"
        )
    except (ValueError, UnicodeDecodeError):
        raise Refused(400, "the query string cannot be read") from None
    known = dict(route.parameters)
    found: dict[str, Any] = {}
    for name, value in given:
        if name not in known:
            raise Refused(422, f"there is no parameter {name[:50]!r} here", name[:50])
        if name in found:
            raise Refused(422, "given twice", name)
        try:
            found[name] = msgspec.convert(value, known[name], strict=False)
        except msgspec.ValidationError as error:
            raise Refused(422, str(error), name) from None
        if len(value) > 1000:
            raise Refused(422, "at most 1,000 characters", name)
    return found


@cache
def decoder(route: Route) -> Any:
    """What reads a body as the route's type."""
    if route.many is not None:
        return _OneOrMany(route.body, route.many)
    return msgspec.json.Decoder(route.body)


class _OneOrMany:
    """Reads one thing or several, by the first field of the latter: msgspec does not tell two types apart."""

    def __init__(self, one: Any, many: Any) -> None:
        self._one, self._many = msgspec.json.Decoder(one), msgspec.json.Decoder(many)
        self._any = msgspec.json.Decoder(dict[str, msgspec.Raw])
        self._field = many.__struct_fields__[0]

    def decode(self, data: bytes) -> Any:
        return (self._many if self._field in self._any.decode(data) else self._one).decode(data)


def _too_large(limits: Limits) -> Refused:
    return Refused(413, f"a body is at most {limits.body:,} bytes")
