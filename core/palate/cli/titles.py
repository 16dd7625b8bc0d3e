"""Titles and ids on the terminal: the one place where text from data is made fit to print."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.markup import escape

from palate.pipeline.titles import plain, printable

WIDTH = 80
LEAST = 12


def shown(title: Any, width: int = WIDTH) -> str:
    """A title as it is read, at most `width` columns wide, ready for rich.

    HTML entities are characters, escape sequences and control characters are left out, and what is
    longer ends in an ellipsis. Files and JSON keep titles as the data have them.
    """
    return escape(cut(plain(str(title)), width))


def named(identifier: Any) -> str:
    """An id as the data have it, without what a terminal would obey; never cut, since it is typed again."""
    return escape(printable(str(identifier)))


def listed(titles: list[Any], width: int = 40) -> str:
    """Several titles, with commas."""
    return ", ".join(shown(title, width) for title in titles)


def cut(text: str, width: int) -> str:
    """Text of at most `width` columns, an ellipsis in the place of the rest."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"
