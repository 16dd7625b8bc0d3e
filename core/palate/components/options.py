"""A component's options as a model made from its dataclass, and in words what is wrong with given ones."""

from __future__ import annotations

import datetime
import json
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from palate.components.annotations import option_annotations
from palate.components.written import GREATEST
from palate.errors import closest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "dataclass_type": "a mapping",
    "none_required": "null",
    "finite_number": "a finite number",
}
_LONGEST = 80
SECRET = "secret"  # noqa: S105 - a word, no secret
"""The type of a pydantic error about a value that must not be shown, such as a password."""


def options_model(cls: type) -> type[BaseModel]:
    """A pydantic model with the fields, annotations and defaults of a dataclass's constructor."""
    types = option_annotations(cls)
    shown: dict[str, Any] = {}
    for item in fields(cls):
        if not item.init:
            continue
        if item.default is not MISSING:
            default: Any = Field(default=item.default)
        elif item.default_factory is not MISSING:
            default = Field(default_factory=item.default_factory)
        else:
            default = Field()
        shown[item.name] = (types[item.name], default)
    config = ConfigDict(
        extra="forbid", protected_namespaces=(), arbitrary_types_allowed=True, allow_inf_nan=False
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)
        return create_model(cls.__name__, __config__=config, __doc__=cls.__doc__, **shown)


def as_text(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The options as JSON would give them back, and a problem for each that JSON cannot hold.

    Paths and dates become text, so that Python may be given what a recipe writes as text.
    """
    plain, problems = {}, {}
    for name, value in options.items():
        try:
            plain[name] = json.loads(json.dumps(value, default=_plain), parse_int=_whole)
        except OverflowError as error:
            problems[name] = f"{name} {error}"
        except (TypeError, ValueError, RecursionError):
            problems[name] = (
                f"{name} must be text, a number, true or false, a list or a mapping; got {_shown(value)}"
            )
    return plain, problems


def explained(error: ValidationError, options: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong by dotted place, such as `half_life must be greater than 0; got -3`.

    The branches of a union are one problem: `k must be a whole number or 'all'; got 'some'`.
    """
    at: dict[str, list[ErrorDetails]] = {}
    for item in error.errors(include_url=False):
        at.setdefault(_place(item["loc"], options, item["type"]), []).append(item)
    return {place: f"{place} {_wishes(items)}{_got(items)}".strip() for place, items in at.items()}


def _wishes(items: list[ErrorDetails]) -> str:
    """What one place should hold, in words: any one of these would do."""
    wishes = dict.fromkeys(_wish(item["type"], item["msg"], item.get("ctx", {})) for item in items)
    first, *others = wishes
    return " or ".join([first, *(other.removeprefix("must be ") for other in others)])


def _got(items: list[ErrorDetails]) -> str:
    if items[0]["type"] in ("missing", SECRET):
        return ""
    value = items[0]["input"]
    choices = [
        choice
        for item in items
        if item["type"] == "literal_error"
        for choice in re.findall(r"'([^']*)'", item["ctx"]["expected"])
    ]
    meant = closest(value, choices) if isinstance(value, str) else ""
    return f"; got {_shown(value)}" + (f".{meant}" if meant else "")


def _wish(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind == "missing":
        return "is required"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}"
    if kind == "literal_error":
        return f"must be {context['expected']}"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    said = re.sub(r" after validation, not \d+$", "", message)
    return re.sub(r"^(Input|List|Dictionary|Tuple|Set|Frozenset|String|Data|Value) should", "must", said)


def _place(loc: Sequence[int | str], options: Any, kind: str) -> str:
    """The dotted place in the options; what pydantic adds to name a union's branch is left out."""
    parts, value = [], options
    for number, part in enumerate(loc):
        inside = part in value if isinstance(value, dict) else _has(value, part)
        if inside:
            value = value[part]
        elif not (kind == "missing" and number == len(loc) - 1):
            continue
        parts.append(str(part))
    return ".".join(parts)


def _has(value: Any, number: int | str) -> bool:
    return isinstance(value, list) and isinstance(number, int) and number < len(value)


def _whole(text: str) -> int:
    """A whole number that arrays can hold. Raises OverflowError for another."""
    if len(text) > 20 or abs(int(text)) > GREATEST:
        raise OverflowError(f"must be a whole number of at most 18 digits; got {text[:_LONGEST]}")
    return int(text)


def _plain(value: Any) -> str:
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _shown(value: Any) -> str:
    """The value as a recipe writes it, cut where it is long."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
