"""Where a database is: a file, a URL without a password, or the name of a connection."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from palate.errors import DataError
from palate.secrets import bare, hidden, secrets_of

Engine = Literal["sqlite", "duckdb", "postgresql", "sqlalchemy"]

FILES: dict[str, Engine] = {
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".db3"), "sqlite"),
    **dict.fromkeys((".duckdb", ".ddb"), "duckdb"),
}
PREFIX = "PALATE_DATABASE_"
NO_DATABASES = frozenset(
    {"http", "https", "s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "adl", "hf", "file"}
)
"""What addresses of files begin with."""
SQLITE_START = b"SQLite format 3\0"
DUCKDB_START = b"DUCK"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Address:
    """A database: what reads it, how to reach it, and what to call it.

    `url` may hold a password, so it is neither shown nor compared; `shown` holds none. `path` is the file
    of SQLite and DuckDB, None for a database in memory.
    """

    engine: Engine
    shown: str
    url: str = field(default="", repr=False, compare=False)
    path: Path | None = None

    def without_secrets(self, text: object) -> str:
        """What a driver said, without passwords."""
        return hidden(text, secrets_of(self.url))

    @classmethod
    def of(cls, text: str) -> Address:
        """The database that a path, a URL or the name of a connection means.

        Connection `shop` is the URL in the environment variable PALATE_DATABASE_SHOP, which may hold a
        password. Raises DataError for a password in `text`, a name without its variable, a missing file.
        """
        if wrong := refused(text):
            raise DataError(wrong)
        if "://" in text:
            return cls._of_url(text, bare(text))
        path = Path(text).expanduser()
        if path.is_file() or path.suffix.lower() in FILES:
            return cls._of_file(path, engine_of(path), str(path))
        if not _NAME.fullmatch(text):
            raise DataError(
                f"database {bare(text)!r} is no file, no URL such as sqlite:///shop.db or "
                "postgresql://reader@host/shop, and no name of a connection"
            )
        variable = variable_of(text)
        url = os.environ.get(variable, "")
        if not url:
            raise DataError(
                f"no connection is called {text!r}: set the environment variable {variable} to its URL, such "
                "as postgresql://reader:PASSWORD@host/shop, or give a file or a URL without a password"
            )
        if "://" not in url:
            raise DataError(
                f"the environment variable {variable} holds no URL, such as postgresql://host/shop"
            )
        return cls._of_url(url, f"connection {text!r}")

    @classmethod
    def _of_url(cls, url: str, shown: str) -> Address:
        scheme, _, rest = url.partition("://")
        if scheme in ("sqlite", "duckdb"):
            place = unquote(rest.split("?")[0]).removeprefix("/")
            if not place or place == ":memory:":
                if scheme == "sqlite":
                    raise DataError(f"{shown} names no file, as sqlite:///shop.db does")
                return cls("duckdb", shown, url)
            return cls._of_file(Path(place).expanduser(), scheme, shown)  # type: ignore[arg-type]
        if scheme in ("postgresql", "postgres"):
            return cls("postgresql", shown, url)
        return cls("sqlalchemy", shown, url)

    @classmethod
    def _of_file(cls, path: Path, engine: Engine, shown: str) -> Address:
        if not path.is_file():
            raise DataError(f"there is no database file {path} in {path.parent.absolute()}")
        return cls(engine, shown, path=path)


def refused(text: str) -> str:
    """Why this must not be written down as a database: it holds a password; nothing where it may.

    What it says does not repeat the text.
    """
    if not secrets_of(text):
        return ""
    return (
        "a password or token does not belong in a recipe: put the whole URL into an environment variable, "
        f"such as {PREFIX}SHOP, and write the name of the connection, `shop`; or leave the password out and "
        "set PGPASSWORD, or ~/.pgpass"
    )


def variable_of(name: str) -> str:
    """The environment variable with the URL of a connection."""
    return PREFIX + name.upper().replace("-", "_")


def is_database(text: str) -> bool:
    """Whether a text given as a file is meant as a database: a file, a URL or a connection that is set.

    Addresses of files (https://, s3:// and their kind) are none.
    """
    if "://" in text:
        scheme = text.partition("://")[0].partition("+")[0]
        return scheme not in NO_DATABASES
    path = Path(text).expanduser()
    if not path.is_file():
        return variable_of(text) in os.environ
    try:
        engine_of(path)
    except DataError:
        return False
    return True


def engine_of(path: Path) -> Engine:
    """What reads a file of a database, by its first bytes; an empty one by its name.

    Raises DataError where it is none.
    """
    head = b""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(32)
    if head.startswith(SQLITE_START):
        return "sqlite"
    if head[8:12] == DUCKDB_START:
        return "duckdb"
    named = FILES.get(path.suffix.lower())
    if named is not None and not head:
        return named
    raise DataError(f"{path} is no database that palate knows: it is neither of SQLite nor of DuckDB")
