"""HTML from values: whatever is not marked as HTML is escaped."""

from __future__ import annotations

import html
import json
from typing import Any

VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already. Plain text is escaped where it enters a page; this is not."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """A value as HTML: `Html` as it is, None as nothing, everything else as escaped text."""
    if isinstance(value, Html):
        return value
    return Html("" if value is None else html.escape(str(value), quote=True))


def joined(*parts: object) -> Html:
    """Parts one after another, each escaped unless it is Html."""
    return Html("".join(escaped(part) for part in parts))


def element(tag: str, *inside: object, **attributes: object) -> Html:
    """One element of HTML or SVG around escaped parts.

    Attributes are written as keywords: `class_="best"`, `data_entry="ease"`, `text_anchor="end"`. One that
    is None or False is left out, and True stands by its name alone.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    opening = f"<{tag}{written}>"
    return Html(opening if tag in VOID else f"{opening}{joined(*inside)}</{tag}>")


def embedded(value: Any) -> Html:
    """A value as JSON that may stand in a script element: no text in it can end the element.

    Raises ValueError for NaN and infinite numbers, which JSON does not have.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c"))


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{html.escape(str(value), quote=True)}"'
