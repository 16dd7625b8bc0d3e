"""Copies that share what they hold."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def shallow(thing: T) -> T:
    """Another instance with the same fields, none of them copied, and without `__init__`.

    `copy.copy` does the same, and takes ten times as long for what has no `__copy__`.
    """
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__)
    return made
