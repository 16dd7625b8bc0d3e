"""Numbers that remember how they were written, so that an id such as 0012 stays what it is."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

GREATEST = 2**63 - 1
"""The greatest whole number that an option may be: what arrays and tables can hold."""


class WrittenInt(int):
    """A whole number with the text it was written as: 12 from `0012`."""

    text: str


class WrittenFloat(float):
    """A number with the text it was written as: 1000.0 from `1e3`."""

    text: str


def written(value: Any, text: str) -> Any:
    """The number with its text; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    number = WrittenInt(value) if isinstance(value, int) else WrittenFloat(value)
    number.text = text
    return number


def as_annotated(value: Any, hint: Any) -> Any:
    """A value in which numbers are text where the annotation asks for text.

    Where it allows both, a number that is not written as it would be printed is text: `0012`, `1e3`.
    Lists, mappings and dataclasses are gone through.
    """
    hints = list(_members(hint))
    if isinstance(value, (WrittenInt, WrittenFloat)):
        return _number_or_text(value, hints)
    if isinstance(value, list):
        inner = next((found for found in map(_item, hints) if found is not None), None)
        return [as_annotated(item, inner) for item in value]
    if isinstance(value, dict):
        return {key: as_annotated(item, _entry(str(key), hints)) for key, item in value.items()}
    return value


def _number_or_text(value: WrittenInt | WrittenFloat, hints: list[Any]) -> Any:
    number: int | float = int(value) if isinstance(value, int) else float(value)
    if not any(hint is str or hint is Path for hint in hints):
        return number
    plain = isinstance(number, float) or abs(number) <= GREATEST
    numeric = any(hint is float or (hint is int and isinstance(number, int)) for hint in hints)
    return number if numeric and plain and str(number) == value.text else value.text


def _members(hint: Any) -> Any:
    """The types that an annotation allows, without what is written beside them."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _members(get_args(hint)[0])
    elif origin is Union or origin is types.UnionType:
        for part in get_args(hint):
            yield from _members(part)
    elif hint is not None:
        yield hint


def _item(hint: Any) -> Any:
    """What the entries of a list are, where the annotation is of one."""
    origin = get_origin(hint)
    if not isinstance(origin, type) or issubclass(origin, dict) or not get_args(hint):
        return None
    return get_args(hint)[0]


def _entry(key: str, hints: list[Any]) -> Any:
    """What stands at a key of a mapping."""
    for hint in hints:
        if is_dataclass(hint) and isinstance(hint, type):
            known = get_type_hints(hint, include_extras=True)
            names = {field.name for field in fields(hint)}
            return known.get(key) if key in names else None
        origin, arguments = get_origin(hint), get_args(hint)
        if len(arguments) == 2 and isinstance(origin, type) and hasattr(origin, "keys"):
            return arguments[1]
    return None
