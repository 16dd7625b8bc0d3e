"""A first recipe for files that have not been described: the logic of `palate init`.

`palate.tables.names` says what columns are usually called; what their values are decides. The recipe
says in comments what was taken for what, and why. It has been tried before it is handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from palate.tables import Table
from palate_init.catalogue import Catalogue
from palate_init.draft import Draft
from palate_init.files import opened
from palate_init.interactions import Events
from palate_init.origin import Origin
from palate_init.trying import tried
from palate_init.writing import recipe


@dataclass(frozen=True)
class Guess:
    """A recipe, and what to say about it: what was taken for granted, left out, or could not be done."""

    draft: Draft

    @property
    def notes(self) -> tuple[str, ...]:
        return self.draft.notes

    def text(self, schema: bool = False) -> str:
        """The recipe; `schema` says that there is a schema file beside it."""
        return recipe(self.draft, schema)


def guess(interactions: Path, items: Path | None = None) -> Guess:
    """A working, commented recipe for these files.

    Raises DataError where a file cannot be read, or nothing in it can be the user or the item,
    with what was seen.
    """
    found = None if items is None else opened(items, "items")
    return _guessed(opened(interactions, "interactions"), found)


def guess_in(database: str, interactions: str | None = None, items: str | None = None) -> Guess:
    """A working, commented recipe for tables or queries of a database; for its only table if none is named.

    Raises DataError where it cannot be read, or nothing can be the user or the item.
    """
    origin = Origin.of(database, interactions, items)
    return _guessed(*origin.opened(), origin)


def _guessed(interactions: Table, items: Table | None, origin: Origin | None = None) -> Guess:
    catalogue = None if items is None else Catalogue.of(items)
    events = Events.of(interactions, catalogue.keys if catalogue else {})
    known = catalogue.identified(events) if catalogue else None
    draft = Draft.of(events, known, origin)
    for note in (*events.table.notices, *(known.table.notices if known else ())):
        draft = draft.noting(note)
    if events.unused:
        draft = draft.noting(f"not used: {', '.join(map(repr, events.unused))}")
    if known is not None and known.unused:
        draft = draft.noting(f"not used of the items: {', '.join(map(repr, known.unused))}")
    time = events.roles.get("time")
    if time is not None and time.unclear:
        draft = draft.noting(f"{time.name!r} may have the month first: see `time_format`")
    rating = events.roles.get("rating")
    if rating is not None and rating.numerals.ambiguous:
        draft = draft.noting(f"{rating.name!r} has commas that may part thousands: see `decimal`")
    return Guess(tried(draft))


__all__ = ["Guess", "guess", "guess_in"]
