"""Options that hold a component: `teacher: Annotated[Any, Nested("ranker")]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from palate.components.annotations import option_annotations


@dataclass(frozen=True)
class Nested:
    """Marks an option that holds a component of this kind.

    A recipe writes it as any block, a name or `use:` with options; its problems, needs and code count
    as the recipe's own. The component that has the option gets a new, unfitted instance. It fits a
    copy, and keeps that in a field with a trailing underscore, so that its options stay what they were.
    """

    kind: str


@cache
def nested_options(cls: type) -> dict[str, str]:
    """The options of a component's class that hold a component, and the kind of each."""
    try:
        types = option_annotations(cls)
    except Exception:  # annotations that cannot be read are told of where the options are checked
        return {}
    found = {}
    for name, hint in types.items():
        marks = [mark for mark in _annotations(hint) if isinstance(mark, Nested)]
        if marks:
            found[name] = marks[0].kind
    return found


def inner(component: Any) -> Iterator[Any]:
    """The components that the options of an instance hold."""
    cls: type = type(component)
    for name in nested_options(cls):
        held = getattr(component, name, None)
        if held is not None:
            yield held


def needs_of(component: Any) -> frozenset[str]:
    """What an instance cannot work without: its own needs, and those of the components it holds."""
    own = frozenset(getattr(component, "needs", ()))
    return own.union(*(needs_of(held) for held in inner(component)))


def _annotations(hint: Any) -> Iterator[Any]:
    """Everything written beside a type in `Annotated`, wherever it stands in a union."""
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    for part in get_args(hint):
        if get_origin(part) is not None:
            yield from _annotations(part)
