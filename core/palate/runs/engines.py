"""The engine that a command or a caller asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from palate.errors import PalateError
from palate.registry import Registry

EngineChoice = str | Mapping[str, Any]
"""The name of an engine, or a mapping with its name under `use` and its options beside it."""


def engine_of(choice: EngineChoice, registry: Registry) -> Any:
    """The engine, ready to run a plan. Raises PalateError for an unknown one and for wrong options."""
    options = {"use": choice} if isinstance(choice, str) else dict(choice)
    name = options.pop("use", None)
    if not isinstance(name, str):
        raise PalateError(
            f"an engine is a name, or a mapping such as {{'use': 'local', 'jobs': 2}}; got {choice!r}"
        )
    return registry.find("engine", name).make(options)
