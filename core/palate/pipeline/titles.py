"""Titles as they are read and typed."""

from __future__ import annotations

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, moving the cursor
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"  # the window's title, links
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_JOINERS = "\u200c\u200d"  # they make some scripts and emoji what they are


def plain(text: str) -> str:
    """A title as it should be read: HTML entities as characters, on one line, in composed characters.

    Escape sequences and control characters are left out, those too that turn the direction of
    writing, since a terminal would obey them.
    """
    return printable(_ENTITY.sub(lambda found: html.unescape(found[0]), text))


def printable(text: str) -> str:
    """Text that a terminal may be given: without escape sequences and control characters, on one line."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    bare = _ESCAPE.sub("", text)
    kept = "".join(_shown(character) for character in bare)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\ufffd"
    if kind == "Cc":
        return " " if character.isspace() else ""
    return "" if kind == "Cf" and character not in _JOINERS else character
