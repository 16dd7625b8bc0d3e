"""A first recipe for files that nobody has described: the logic of `palate init`.

`palate.tables.names` says what columns are usually called; where names do not tell, the values
have to. The recipe says in comments what was taken for what, and why.
"""

from __future__ import annotations

from pathlib import Path

from palate_init.catalogue import Catalogue
from palate_init.files import opened
from palate_init.interactions import Events
from palate_init.writing import recipe


def guess(interactions: Path, items: Path | None = None) -> str:
    """The text of a working, commented recipe for these files.

    Raises DataError where a file cannot be read, or nothing in it can be the user or the item,
    with what was seen.
    """
    catalogue = None if items is None else Catalogue.of(opened(items, "items"))
    events = Events.of(opened(interactions, "interactions"), catalogue.keys if catalogue else {})
    return recipe(events, catalogue.identified(events) if catalogue else None)


__all__ = ["guess"]
