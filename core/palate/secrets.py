"""Passwords and tokens: none in what people write down, none in what is said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN = "***"
_NAMED = re.compile(r"(?i)(pass|pwd|secret|token|credential|api_?key|access_?key|signature|^sig$)")
_WRITTEN = re.compile(r"(?i)\b((?:password|passwd|pwd|secret|token)\s*=\s*)('[^']*'|\"[^\"]*\"|[^\s&;]+)")
_IN_ADDRESS = re.compile(r"(://[^\s:/?#@]*):[^\s]*@")
_LONGEST = 300
_AT_LEAST = 3


def userinfo(address: str) -> str:
    """What stands before the host of an address: a user, or a user and a password; often nothing.

    The last `@` before the query counts, since passwords have characters that addresses should not.
    """
    rest = address.partition("://")[2].split("?")[0]
    return rest.rpartition("@")[0]


def secrets_of(address: str) -> tuple[str, ...]:
    """The passwords and tokens in an address or in text such as `host=... password=...`."""
    found = [value for _, value in _WRITTEN.findall(address)]
    if "://" in address:
        found.append(userinfo(address).partition(":")[2])
        found += [value for name, value in parse_qsl(address.partition("?")[2]) if _NAMED.search(name)]
    return tuple(secret for secret in found if secret)


def bare(address: str) -> str:
    """An address to be shown: without password, query and fragment."""
    if "://" not in address:
        return _WRITTEN.sub(rf"\1{HIDDEN}", address)
    scheme, _, rest = address.split("?")[0].split("#")[0].partition("://")
    user = userinfo(address).partition(":")[0]
    return f"{scheme}://{user + '@' if user else ''}{rest.rpartition('@')[2]}"


def hidden(text: object, secrets: Iterable[str] = ()) -> str:
    """What a library said, on one line and without these secrets, those of libpq, and any in addresses."""
    said = " ".join(str(text).split())
    known = [*secrets, os.environ.get("PGPASSWORD", "")]
    plain = {form for secret in known for form in (secret, unquote(secret))}
    for secret in sorted(plain, key=len, reverse=True):
        if len(secret) >= _AT_LEAST:
            said = said.replace(secret, HIDDEN)
    said = _WRITTEN.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", said))
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def host_of(address: str) -> str:
    """The host of an address, or nothing where it has none that reads."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
