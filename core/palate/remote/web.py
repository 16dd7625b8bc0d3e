"""Asking servers over HTTP: with patience, with manners, and without telling secrets."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from palate.errors import DataError, MissingLibrary
from palate.secrets import bare, hidden, host_of

AGAIN = frozenset({429, 500, 502, 503, 504})
LONGEST_WAIT = 600
TOKEN = "PALATE_TOKEN_"  # noqa: S105 - how variables begin
_CHUNK = 2**20
_WAITS = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")


@dataclass(frozen=True)
class Answer:
    """What a server said; `status` 304 means that what is known is still so."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def tag(self) -> str:
        """What to ask with next time: the ETag."""
        return self.headers.get("etag", "")


@dataclass
class Web:
    """Asks servers, and asks again where they are busy, broken or cut off.

    A server that is busy (429) or broken (5xx) is asked up to `attempts` times in all, after the time that
    it names with Retry-After (ten minutes at most), else after twice the time of the last try. `secrets`
    are headers that go to the first server only, and what they hold is in no message. No more than
    `per_second` requests are made, and none while a server says that none are left.
    """

    attempts: int = 5
    timeout: float = 30.0
    back_off: float = 0.5
    per_second: float | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    _next: float = field(default=0.0, init=False, repr=False)

    def get(self, address: str, tag: str = "", at_most: int = 2**28) -> Answer:
        """What is at an address, or 304 where it still has this ETag. Raises DataError, MissingLibrary."""
        with self._asked(address, tag) as response:
            body = b"" if response.status == 304 else response.data
            if len(body) > at_most:
                raise DataError(f"{bare(address)} answers with {len(body):,} bytes, more than {at_most:,}")
            return Answer(response.status, _lower(response.headers), body)

    def post(self, address: str, document: Any, at_most: int = 2**28) -> Answer:
        """What a server answers to a JSON document that it is sent. Raises DataError, MissingLibrary."""
        with self._asked(address, "", body=json.dumps(document).encode()) as response:
            if len(response.data) > at_most:
                raise DataError(f"{bare(address)} answers with more than {at_most:,} bytes")
            return Answer(response.status, _lower(response.headers), response.data)

    def save(self, address: str, path: Path, tag: str = "") -> Answer:
        """Write what is at an address into a file; nothing for 304. Raises DataError, MissingLibrary."""
        import urllib3

        cut = ""
        for _ in range(self.attempts):
            try:
                with self._asked(address, tag, whole=False) as response, path.open("wb") as file:
                    for part in response.stream(_CHUNK) if response.status != 304 else ():
                        file.write(part)
                    return Answer(response.status, _lower(response.headers))
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.TimeoutError) as error:
                cut = self._hidden(error)
        raise DataError(f"{bare(address)} was cut off {self.attempts} times: {cut}")

    @contextmanager
    def _asked(self, address: str, tag: str, whole: bool = True, body: bytes | None = None) -> Iterator[Any]:
        try:
            import urllib3
        except ImportError as error:
            said = f'{bare(address)} needs the library urllib3: pip install "palate[api]"'
            raise MissingLibrary(said) from error
        self._wait()
        headers = {
            "Accept": "application/json, */*",
            **({"If-None-Match": tag} if tag else {}),
            **({"Content-Type": "application/json"} if body is not None else {}),
            **self.secrets,
        }
        problem = ""
        with urllib3.PoolManager(timeout=urllib3.Timeout(min(self.timeout, 10), self.timeout)) as pool:
            try:
                response = pool.request(
                    "GET" if body is None else "POST",
                    address,
                    body=body,
                    headers=headers,
                    retries=self._retries(),
                    preload_content=whole,
                )
            except (urllib3.exceptions.HTTPError, UnicodeError, ValueError) as error:
                problem = f"{bare(address)} does not answer: {self._reason(error)}"
            if problem:
                raise DataError(problem)
            self._heed(_lower(response.headers))
            if response.status not in (200, 206, 304):
                raise DataError(self._refusal(address, response.status))
            yield response

    def _retries(self) -> Any:
        import urllib3

        return urllib3.Retry(
            total=self.attempts - 1,
            backoff_factor=self.back_off,
            backoff_max=60,
            status_forcelist=AGAIN,
            allowed_methods=None,  # what is asked for by POST may be asked again, too
            raise_on_status=False,
            retry_after_max=LONGEST_WAIT,
            remove_headers_on_redirect={"Authorization", "Cookie", *self.secrets},
        )

    def _wait(self) -> None:
        left = self._next - time.monotonic()
        if left > 0:
            time.sleep(left)
        if self.per_second:
            self._next = time.monotonic() + 1 / self.per_second

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Wait before the next request where a server says that none are left until some time."""
        for start in _WAITS:
            left, reset = headers.get(f"{start}remaining", ""), headers.get(f"{start}reset", "")
            if left == "0" and re.fullmatch(r"\d+(\.\d+)?", reset):
                seconds = float(reset) - (time.time() if float(reset) > 1e9 else 0)
                self._next = max(self._next, time.monotonic() + min(max(seconds, 0), LONGEST_WAIT))

    def _refusal(self, address: str, status: int) -> str:
        shown = bare(address)
        if status in (401, 403):
            told = "the token that was sent is not enough" if self.secrets else "it wants a token"
            return f"{shown} refuses ({status}): {told}; set {token_variable(address)}, or name its variable"
        if status == 404:
            return f"{shown}: there is nothing there (404)"
        again = f", {self.attempts} times" if status in AGAIN else ""
        busy = "is busy" if status == 429 else "answers with an error" if status >= 500 else "answers"
        return f"{shown} {busy} ({status}){again}"

    def _reason(self, error: Exception) -> str:
        found = getattr(error, "reason", None) or error
        return self._hidden(re.sub(r"^<?\w*(Connection|Pool)\w*\(.*?\)>?:? ", "", str(found)))

    def _hidden(self, text: object) -> str:
        return hidden(text, [part for value in self.secrets.values() for part in (value, value.split()[-1])])


def token_variable(address: str) -> str:
    """The environment variable in which the bearer token of a server is looked for."""
    return TOKEN + re.sub(r"[^A-Z0-9]+", "_", host_of(address).upper())


def bearer(address: str, variable: str | None = None) -> dict[str, str]:
    """The header with the token of a server, from a variable, or that of its host; none where it is unset.

    Raises DataError where a variable that is named holds nothing.
    """
    token = held(variable) if variable else os.environ.get(token_variable(address), "")
    return {"Authorization": f"Bearer {token}"} if token else {}


def held(variable: str) -> str:
    """What an environment variable holds. Raises DataError where it holds nothing."""
    found = os.environ.get(variable, "").strip()
    if not found:
        raise DataError(f"the environment variable {variable}, which is to hold a token, is not set")
    return found


def same_server(address: str, other: str) -> bool:
    """Whether two addresses are of one server, so that a secret of one may go to the other."""
    one, two = urlsplit(address), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)


def read_json(body: bytes, where: str) -> Any:
    """What a body says. Raises DataError where it is no JSON, with how it begins."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        start = " ".join(body[:60].decode("utf-8", "replace").split())
        raise DataError(f"{where} is no JSON; it begins {hidden(start)!r}") from None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
