"""The source `api`."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from palate.components.options import SECRET
from palate.data import Dataset
from palate.data.content import content_digest
from palate.errors import DataError
from palate.reading import Reading
from palate.reading.kept import Kept
from palate.reading.reading import given
from palate.remote.web import Web, bearer, held
from palate.secrets import bare, secrets_of
from palate.tables import Format, Role, Table, open_table
from palate.tables.names import Carried
from palate.tables.spool import Scratch
from palate_api.paging import Paging, with_parameter
from palate_api.walk import Walk


def without_secret(address: str) -> str:
    """The address, unless it holds a password or token."""
    if secrets_of(address):
        raise PydanticCustomError(
            SECRET,
            "holds a password or token, which does not belong in a recipe: put it into an environment "
            "variable, and name that in `token` or `headers`",
        )
    if not re.match(r"https?://[^/]", address):
        raise ValueError("must be an address that begins with https:// or http://")
    return address


def variable(name: str) -> str:
    """The name of an environment variable."""
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        raise PydanticCustomError(
            SECRET,
            "must be the name of an environment variable in capitals, such as SHOP_TOKEN, and not the token",
        )
    return name


Address = Annotated[str, AfterValidator(without_secret)]
Variable = Annotated[str, AfterValidator(variable)]


@dataclass
class Api:
    """Interactions from JSON over HTTP, page by page; items and users from other addresses.

    An answer is a list of objects, or an object with one; `rows` says where, if it is not the only one.
    Pages are followed by the header `Link`, or by an address that stands where it usually does; the options
    `next`, `cursor`, `page` and `offset` say how else. Objects in objects become columns with a dot,
    `user.id`; the other options are those of the source `files`.

    A token comes from the environment: from the variable that `token` names, or else from PALATE_TOKEN_ and
    the host in capitals, PALATE_TOKEN_API_EXAMPLE_ORG. It goes to that server only. A server that is busy
    or broken is asked again, after the time that it names. Pages are kept in the cache folder with their
    ETags, so that what has not changed is not sent again, and what was cut off goes on.
    """

    name: ClassVar[str] = "api"
    libraries: ClassVar[tuple[str, ...]] = ("urllib3",)
    extra: ClassVar[str] = "api"
    names_files: ClassVar[bool] = False

    interactions: Address
    """The address of interactions, an object for each."""
    items: Address | None = None
    """The address of items, an object for each."""
    users: Address | None = None
    """The address of users, an object for each."""
    rows: str | None = None
    """The dotted place of the list of objects in an answer: `data.events`."""
    next: str | None = None
    """`link` for the header, or the dotted place of the next page's address or cursor in an answer."""
    cursor: str | None = None
    """The parameter that takes the cursor that stands at `next`."""
    page: str | None = None
    """The parameter that counts pages, until one is empty."""
    first_page: Annotated[int, Ge(0)] = 1
    """What the first page is called where pages are counted."""
    offset: str | None = None
    """The parameter that counts rows, until a page is empty."""
    since_parameter: str | None = None
    """The parameter that takes a moment, ISO 8601 in UTC, to load what came since."""
    token: Variable | None = None
    """The environment variable with the bearer token."""
    headers: dict[str, Variable] = field(default_factory=dict)
    """Other headers, each with the environment variable that holds it: `{X-Api-Key: SHOP_KEY}`."""
    attempts: Annotated[int, Ge(1)] = 5
    """How often a page is asked for in all, where the server is busy or broken, or the line is cut."""
    timeout: Annotated[float, Gt(0)] = 30.0
    """Seconds to wait for an answer."""
    back_off: Annotated[float, Ge(0)] = 0.5
    """Seconds before the second try, twice as many before each later one."""
    per_second: Annotated[float, Gt(0)] | None = None
    """How many requests a second at most."""
    columns: dict[Role | Carried, str | int | None] = field(default_factory=dict)
    """Which column is the `user`, `item`, `rating`, `time`, `type`, `label` or `part`; null: none is."""
    item_columns: dict[str, str] = field(default_factory=dict)
    """Other names for columns of items: `{id: movie.id, title: name}`."""
    user_columns: dict[str, str] = field(default_factory=dict)
    """Other names for columns of users."""
    lists: dict[str, str] = field(default_factory=dict)
    """Columns of text that are lists, each with what parts its words: `{genres: "|"}`."""
    time_format: str = "auto"
    """How times are written, as in the source `files`."""
    bad_rows: Literal["error", "skip"] = "error"
    """Whether objects that do not read are an error, or are left out and reported."""
    missing: list[str | int | float] = field(default_factory=list)
    """Values that stand for none, such as `[NA, "?", -1]`."""
    repeated: Literal["error", "first"] = "error"
    """Whether several objects of one item or user are an error, or the first counts."""
    item_list: str | None = None
    """What stands between several items in one object of interactions, each an event."""

    only_speed: ClassVar[tuple[str, ...]] = ("attempts", "timeout", "back_off", "per_second")

    def load(self, since: int | None = None) -> Dataset:
        """Everything that the pages give; with `since`, in seconds since 1970, no interactions before it.

        Raises DataError where a server does not answer, or for whatever does not fit.
        """
        if since is None and (kept := Kept.taken(self._key())) is not None:
            return kept
        return self._read(since)

    def _read(self, since: int | None = None) -> Dataset:
        tables = self._tables(since=since)
        reading = Reading.of(self)
        logs = reading.logs([(tables["interactions"], None)])
        items, users = ([tables[what]] if what in tables else None for what in ("items", "users"))
        return reading.dataset(logs, items, users, since)

    def gives(self) -> frozenset[str]:
        """What the objects of the first pages allow. Raises DataError where they cannot be had."""
        tables = self._tables(pages=1)
        logs = Reading.of(self).logs([(tables["interactions"], None)])
        return given(logs, [tables["items"]] if "items" in tables else [])

    def fingerprint(self) -> str:
        """A checksum of what the pages give, which are fetched for it and kept for `load`."""
        dataset = self._read()
        Kept.keep(self._key(), dataset)
        return content_digest(dataset)

    def _tables(self, pages: int | None = None, since: int | None = None) -> dict[str, Table]:
        """The rows of each address as a table, all that is wrong with them being one error."""
        found, problems = {}, []
        for what in ("interactions", "items", "users"):
            address = getattr(self, what)
            if address is None:
                continue
            if what == "interactions" and since is not None and self.since_parameter is not None:
                moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                address = with_parameter(address, self.since_parameter, moment)
            try:
                found[what] = self._table(what, address, pages)
            except DataError as error:
                problems.append(f"{what}: {error}")
        if problems:
            raise DataError("; ".join(dict.fromkeys(problems)))
        return found

    def _table(self, what: str, address: str, pages: int | None) -> Table:
        paging = Paging(self.rows, self.next, self.cursor, self.page, self.offset, self.first_page)
        walk = Walk(address, paging, self._web(address))
        scratch, title = Scratch(), bare(address)
        path, count = scratch.path / f"{what}.jsonl", 0
        with path.open("w", encoding="utf-8") as file:
            for rows in walk.rows(*(() if pages is None else (pages,))):
                file.writelines(json.dumps(row) + "\n" for row in rows)
                count += len(rows)
        if not count:
            raise DataError(f"{title} has no rows")
        try:
            table = open_table(path, Format(missing=tuple(map(str, self.missing))))
        except DataError as error:
            raise DataError(str(error).replace(str(path), title)) from None
        return replace(table, title=title, numbered=False, kept=scratch)

    def _web(self, address: str) -> Web:
        secrets = bearer(address, self.token)
        secrets |= {header: held(name) for header, name in self.headers.items()}
        return Web(self.attempts, self.timeout, self.back_off, self.per_second, secrets)

    def _key(self) -> str:
        return repr(asdict(self))
