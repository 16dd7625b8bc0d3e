"""The source `sql`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from palate.components.options import SECRET
from palate.data import Dataset
from palate.data.content import content_digest
from palate.databases.address import Address, refused
from palate.databases.connection import Connection, connected
from palate.errors import DataError
from palate.reading import Reading
from palate.reading.kept import Kept, known, remembered
from palate.reading.log import Log
from palate.reading.reading import given
from palate.tables import Format, Role, Table
from palate.tables.database import queried
from palate.tables.names import Carried
from palate_sql.since import later


def without_secret(text: str) -> str:
    """The text, unless it holds a password."""
    if wrong := refused(text):
        raise PydanticCustomError(SECRET, wrong.replace("{", "{{").replace("}", "}}"))  # type: ignore[arg-type]
    return text


@dataclass
class Sql:
    """Interactions from a table or query of a database; items and users from others.

    `database` is a file of SQLite or DuckDB, a URL without a password (`sqlite:///shop.db`,
    `duckdb:///shop.duckdb`, `postgresql://reader@host/shop`, or whatever else SQLAlchemy opens, such as
    `mysql+pymysql://reader@host/shop`), or the name of a connection: `shop` is the URL in the environment
    variable PALATE_DATABASE_SHOP, which may hold a password. For PostgreSQL, PGPASSWORD and ~/.pgpass
    count too.

    Each of `interactions`, `items` and `users` is the name of a table or view, or a query that begins with
    `select` or `with`. All are read in one read-only transaction, batch by batch. The other options are
    those of the source `files`: what columns are called, how times and numbers are written in text, which
    rows may be left out.

    A run counts as the same where what was read is the same. So each run reads the data, unless the
    database tells that nothing was written since: files of SQLite and DuckDB do, and PostgreSQL.
    """

    name: ClassVar[str] = "sql"
    names_files: ClassVar[bool] = False

    database: Annotated[str, AfterValidator(without_secret)]
    interactions: str
    items: str | None = None
    """A table or query with a row for each item."""
    users: str | None = None
    """A table or query with a row for each user."""
    columns: dict[Role | Carried, str | int | None] = field(default_factory=dict)
    """Which column is the `user`, `item`, `rating`, `time`, `type`, `label` or `part`; null: none is."""
    item_columns: dict[str, str] = field(default_factory=dict)
    """Other names for columns of items: `{id: movie, title: name}`."""
    user_columns: dict[str, str] = field(default_factory=dict)
    """Other names for columns of users."""
    lists: dict[str, str] = field(default_factory=dict)
    """Columns of text that are lists, each with what parts its words: `{genres: "|"}`, or `json`."""
    time_format: str = "auto"
    """How times are written where they are numbers or text, as in the source `files`."""
    bad_rows: Literal["error", "skip"] = "error"
    """Whether rows that do not read are an error, or are left out and reported."""
    missing: list[str | int | float] = field(default_factory=list)
    """Values that stand for none, such as `[NA, "?", -1]`."""
    decimal: Literal[".", ","] | None = None
    """The decimal mark of numbers in text."""
    thousands: Literal["", ",", ".", " ", "'"] | None = None
    """What stands between thousands of numbers in text."""
    repeated: Literal["error", "first"] = "error"
    """Whether several rows of one item or user are an error, or the first counts."""
    item_list: str | None = None
    """What stands between several items in one row of interactions, each an event; `json` for lists."""

    def load(self, since: int | None = None) -> Dataset:
        """Everything that the queries give; with `since`, in seconds since 1970, no interactions before it.

        Raises DataError for whatever does not fit, MissingLibrary where the driver is not installed.
        """
        if since is None and (kept := Kept.taken(self._key())) is not None:
            return kept
        address = Address.of(self.database)
        with connected(address) as connection:
            logs, tables = self._read(connection, address, since)
        return self._dataset(logs, tables, since)

    def gives(self) -> frozenset[str]:
        """What the columns of the queries allow. Raises DataError where the database cannot be asked."""
        address = Address.of(self.database)
        with connected(address) as connection:
            tables = self._tables(connection, address, rows=False)
        logs = Reading.of(self).logs([(tables["interactions"], None)])
        return given(logs, [tables["items"]] if "items" in tables else [])

    def fingerprint(self) -> str:
        """A checksum of what the queries give, which are read for it and kept for `load`."""
        address = Address.of(self.database)
        with connected(address) as connection:
            state = connection.state()
            if digest := known(self._key(), state):
                return digest
            logs, tables = self._read(connection, address)
        dataset = self._dataset(logs, tables)
        digest = content_digest(dataset)
        Kept.keep(self._key(), dataset)
        remembered(self._key(), state, digest)
        return digest

    def _read(
        self, connection: Connection, address: Address, since: int | None = None
    ) -> tuple[list[Log], dict[str, Table]]:
        """What is to be read, with its rows, which stay when the connection is closed."""
        tables = self._tables(connection, address, rows=since is None)
        logs = Reading.of(self).logs([(tables["interactions"], None)])
        if since is None:
            return logs, tables
        text = later(connection, logs[0], self.interactions, since)
        tables = self._tables(connection, address, True, text)
        return Reading.of(self).logs([(tables["interactions"], None)]), tables

    def _dataset(self, logs: list[Log], tables: dict[str, Table], since: int | None = None) -> Dataset:
        items, users = ([tables[what]] if what in tables else None for what in ("items", "users"))
        return Reading.of(self).dataset(logs, items, users, since)

    def _tables(
        self, connection: Connection, address: Address, rows: bool, interactions: str = ""
    ) -> dict[str, Table]:
        """The table of each query, all that is wrong with them being one error."""
        asked = Format(missing=tuple(map(str, self.missing)))
        texts = {
            "interactions": interactions or self.interactions,
            "items": self.items,
            "users": self.users,
        }
        found, problems = {}, []
        for what, text in texts.items():
            if text is None:
                continue
            try:
                found[what] = queried(connection, address, text, what, asked, rows)
            except DataError as error:
                problems.append(str(error))
        if problems:
            raise DataError(f"{address.shown}: {'; '.join(problems)}")
        return found

    def _key(self) -> str:
        """What is read, in words that tell it from what other sources read."""
        address = Address.of(self.database)
        return repr((str(address.path and address.path.absolute()), address.url, asdict(self)))
