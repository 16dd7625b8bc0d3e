"""Seconds, bytes and rates as text."""

from __future__ import annotations


def seconds(value: float) -> str:
    """`0.03 s`, `12.3 s`, `2 min 5 s`, `1 h 2 min`."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def memory(size: int) -> str:
    """Megabytes (10**6 bytes), as in the table of results: `1,234 MB`."""
    return f"{size / 1e6:,.0f} MB"


def rate(value: float) -> str:
    """How many a second, to about three digits: `0.52`, `14.2`, `1,234`."""
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def printable(text: str) -> str:
    """The text with a space for every character that would move the cursor."""
    return "".join(character if character.isprintable() else " " for character in text)
