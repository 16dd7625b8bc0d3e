"""The annotations of a component's options, evaluated."""

from __future__ import annotations

import sys
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, get_type_hints


def option_annotations(cls: type) -> dict[str, Any]:
    """The type of each option of a dataclass, with what `Annotated` adds. Raises whatever evaluating raises.

    The types of fitted state are left alone: they name libraries that need not be loaded to read options.
    """
    options = {item.name for item in fields(cls) if item.init}
    found: dict[str, Any] = {}
    for parent in reversed(cls.__mro__):
        own = {
            name: said for name, said in vars(parent).get("__annotations__", {}).items() if name in options
        }
        module = vars(sys.modules[parent.__module__]) if parent.__module__ in sys.modules else {}
        found |= get_type_hints(
            SimpleNamespace(__annotations__=own), module, dict(vars(parent)), include_extras=True
        )
    return found
