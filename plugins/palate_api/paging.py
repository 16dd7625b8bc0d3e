"""From one page of an answer to the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from palate.errors import DataError, listed
from palate.remote.web import Answer, same_server
from palate.secrets import bare

LINK = "link"
_USUAL = (
    "next",
    "links.next",
    "paging.next",
    "pagination.next",
    "meta.next",
    "next_page_url",
    "@odata.nextLink",
)
_MORE = re.compile(r"(?i)^(has_?more|has_?next|next_?(cursor|page_?token|token|page))$")
_REL = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?')
_KEYS = 12


@dataclass(frozen=True)
class Paging:
    """How pages follow one another, as the options of the source say it; the first that is given counts.

    `cursor` is the parameter that takes what stands at `next` in an answer; `page` and `offset` are
    parameters that count pages and rows, until a page has no rows. Else `next` is `link`, or where the
    address of the next page stands; without it both are looked for where they usually are.
    """

    rows: str | None = None
    next: str | None = None
    cursor: str | None = None
    page: str | None = None
    offset: str | None = None
    first_page: int = 1

    def start(self, address: str) -> str:
        """The address of the first page."""
        if self.page is not None:
            return with_parameter(address, self.page, str(self.first_page))
        return with_parameter(address, self.offset, "0") if self.offset is not None else address

    def rows_of(self, document: Any, where: str) -> list[dict[str, Any]]:
        """The objects in an answer. Raises DataError where it has none, with what it has."""
        found = document if self.rows is None else inside(document, self.rows)
        if self.rows is None and isinstance(document, dict):
            lists = {key: value for key, value in document.items() if isinstance(value, list)}
            objects = {key: value for key, value in lists.items() if value and _objects(value)}
            chosen = objects or lists
            found = next(iter(chosen.values())) if len(chosen) == 1 else None
        if isinstance(found, list) and _objects(found):
            return found
        what = f"at {self.rows!r}" if self.rows is not None else "in it"
        has = f"the keys {listed(document, _KEYS)}" if isinstance(document, dict) else f"a {_kind(document)}"
        raise DataError(
            f"{where}: there is no list of objects {what}; the answer is {has}: say where with `rows`"
        )

    def after(self, address: str, answer: Answer, document: Any, number: int, rows: int, seen: int) -> str:
        """The address of the page after one, nothing where it was the last.

        `number` pages and `seen` rows came so far, `rows` with the last. Raises DataError where the answer
        says that there is more and no option says how to come by it, or where it is on another server.
        """
        if self.page is not None:
            return with_parameter(address, self.page, str(self.first_page + number)) if rows else ""
        if self.offset is not None:
            return with_parameter(address, self.offset, str(seen)) if rows else ""
        if self.cursor is not None:
            value = inside(document, self.next or "next_cursor")
            return with_parameter(address, self.cursor, str(value)) if value not in (None, "", False) else ""
        found = self._address(answer, document)
        if not found:
            self._check_more(document, address)
            return ""
        target = urljoin(address, found)
        if not same_server(address, target):
            raise DataError(f"{bare(address)}: the next page is said to be on another server, {bare(target)}")
        return target

    def _address(self, answer: Answer, document: Any) -> str:
        if self.next in (None, LINK) and (link := _REL.search(answer.headers.get("link", ""))):
            return link[1]
        places = _USUAL if self.next is None else () if self.next == LINK else (self.next,)
        for place in places:
            value = document.get(place) if isinstance(document, dict) and place in document else None
            value = inside(document, place) if value is None else value
            if isinstance(value, dict):
                value = value.get("href")
            if isinstance(value, str) and re.match(r"https?://|/|\?", value):
                return value
        return ""

    def _check_more(self, document: Any, address: str) -> None:
        if self.next is not None or not isinstance(document, dict):
            return
        for key, value in document.items():
            if _MORE.match(key) and value not in (None, "", False):
                raise DataError(
                    f"{bare(address)} has {key!r}, so there are more pages: say how to ask for them, such as "
                    f"`next: {key}` with `cursor: PARAMETER`, or `page: PARAMETER`"
                )


def inside(document: Any, place: str) -> Any:
    """What stands at a dotted place; None where there is no such place."""
    for key in place.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def with_parameter(address: str, name: str, value: str) -> str:
    """The same address with this value of a parameter of its query."""
    parts = urlsplit(address)
    others = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*others, (name, value)])))


def _objects(values: list[Any]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _kind(document: Any) -> str:
    return {list: "list of other values", str: "text", bool: "yes or no"}.get(type(document), "single value")
