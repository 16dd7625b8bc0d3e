"""Secret keys, kept outside recipes and runs, and the keyed hashes that are made with them."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from palate.errors import DataError, unwritten

KEY_FILE, KEY = "PALATE_KEY_FILE", "PALATE_KEY"
_DIGITS = 64
_MAKE = "palate pseudonym --new-key FILE"

Purpose = Literal["user", "item", "pseudonym", "receipt", "check"]


@dataclass(frozen=True)
class Key:
    """A secret of 32 bytes. What is hashed for one purpose cannot be compared with another's."""

    secret: bytes = field(repr=False)

    def hashed(self, purpose: Purpose, text: str | bytes, size: int = 16) -> str:
        """Keyed BLAKE2b (RFC 7693), hexadecimal, of so many bytes; nobody without the key can make it."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        made = hashlib.blake2b(
            data, digest_size=size, key=self.secret, person=f"palate {purpose}"[:16].encode()
        )
        return made.hexdigest()

    @property
    def check(self) -> str:
        """By what a key is recognised; the key cannot be told from it."""
        return self.hashed("check", "", 8)

    def is_signature(self, data: bytes, signature: str) -> bool:
        """Whether `signature` was made with this key for these bytes."""
        return hmac.compare_digest(self.hashed("receipt", data, 32), signature)


def read_key(file: str | Path | None = None) -> Key:
    """The key in a file, else in that which $PALATE_KEY_FILE names, else in $PALATE_KEY.

    It is 64 hexadecimal digits. Raises DataError, which never has any of them, where there is no key, it is
    no such text, or others than its owner may read the file.
    """
    place = file or os.environ.get(KEY_FILE)
    if place:
        return _key(_content(Path(place).expanduser()), f"the key file {place}")
    if KEY in os.environ:
        return _key(os.environ[KEY], f"${KEY}")
    raise DataError(
        f"no key: name its file with --key FILE, the option `key_file` of a recipe or ${KEY_FILE}, or "
        f"set ${KEY}; `{_MAKE}` makes one"
    )


def new_key(file: Path) -> Key:
    """Make a key in a new file that only its owner may read. Raises DataError where there is one already."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DataError(f"{file} is there already; a key is never written over, name a new file") from None
    except OSError as error:
        raise DataError(f"{file} cannot be written: {unwritten(error)}") from None
    made = Key(secrets.token_bytes(_DIGITS // 2))
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(made.secret.hex() + "\n")
    return made


def _content(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise DataError(
                f"the key file {path} can be read or written by others ({stat.filemode(mode)}); "
                f"its owner alone may: chmod 600 {path}"
            )
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise DataError(f"the key file {path} is missing; `{_MAKE}` makes a new one") from None
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise DataError(f"the key file {path} cannot be read: {said}") from None


def _key(text: str, where: str) -> Key:
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != _DIGITS // 2:
        raise DataError(
            f"{where} must hold {_DIGITS} hexadecimal digits and nothing else; `{_MAKE}` makes one"
        )
    return Key(secret)
