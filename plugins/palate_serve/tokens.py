"""Who may read, write and administer."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from palate.errors import PalateError

Scope = Literal["open", "read", "write", "admin"]
SCOPES: tuple[Literal["read", "write", "admin"], ...] = ("read", "write", "admin")
VARIABLE = "PALATE_SERVE_{}_TOKEN"
_LEAST = 16


@dataclass(frozen=True)
class Tokens:
    """A token for each scope; admin may write, and write may read. Without any, whoever asks may do all.

    Where a scope has no token and another has, only a higher scope's token opens it.
    """

    read: str | None = None
    write: str | None = None
    admin: str | None = None

    def __post_init__(self) -> None:
        short = [scope for scope in SCOPES if getattr(self, scope) is not None and self._short(scope)]
        if short:
            raise PalateError(
                f"the token for {' and '.join(short)} must be at least {_LEAST} visible ASCII characters; "
                "`python -c 'import secrets; print(secrets.token_urlsafe())'` makes one"
            )

    def __repr__(self) -> str:
        given = ", ".join(scope for scope in SCOPES if getattr(self, scope))
        return f"Tokens({given})"

    def __bool__(self) -> bool:
        return bool(self.read or self.write or self.admin)

    def _short(self, scope: str) -> bool:
        token: str = getattr(self, scope)
        return len(token) < _LEAST or not (token.isascii() and token.isprintable() and " " not in token)

    def allow(self, given: str | None, scope: Scope) -> int:
        """200 where this token opens the scope, 401 without a valid token, 403 with one for less.

        Every token is compared, each in constant time.
        """
        if scope == "open" or not self:
            return 200
        sent, best = (given or "").encode("utf-8", "replace"), -1
        for at, known in enumerate(SCOPES):
            token = getattr(self, known)
            if token and hmac.compare_digest(sent, token.encode()):
                best = at
        if best < 0:
            return 401
        return 200 if best >= SCOPES.index(scope) else 403

    @classmethod
    def read_from(cls, file: Path | None = None, environment: Mapping[str, str] | None = None) -> Tokens:
        """From a file of lines `read: TOKEN`, over PALATE_SERVE_READ_TOKEN and so on.

        Raises PalateError for a file that cannot be read or says anything else, and names no token.
        """
        known = os.environ if environment is None else environment
        found = {scope: known.get(VARIABLE.format(scope.upper())) or None for scope in SCOPES}
        if file is not None:
            found |= _in_file(file)
        return cls(**found)


def _in_file(file: Path) -> dict[Literal["read", "write", "admin"], str | None]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PalateError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}"
        ) from None
    found: dict[Literal["read", "write", "admin"], str | None] = {}
    for number, line in enumerate(lines, 1):
        name, colon, token = line.partition(":")
        scope = next((each for each in SCOPES if each == name.strip()), None)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or scope is None or not token.strip():
            raise PalateError(f"{file}, line {number}: write `read: TOKEN`, `write: TOKEN` or `admin: TOKEN`")
        found[scope] = token.strip()
    return found
