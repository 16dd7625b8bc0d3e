"""What is wrong with a plugin, in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pluggy

from palate.errors import PluginError, closest
from palate.registry import hookspecs
from palate.registry.timeout import PluginTimeout


@dataclass(frozen=True)
class Failure:
    """A plugin that could not be loaded, or a part of it, and why."""

    plugin: str
    distribution: str
    version: str
    reason: str

    def __str__(self) -> str:
        return f"plugin {self.plugin!r} ({self.distribution} {self.version}): {self.reason}"


def misspelt(manager: pluggy.PluginManager, plugin: Any) -> str:
    """Hooks that the plugin implements and that palate does not have."""
    for caller in manager.get_hookcallers(plugin) or ():
        if not caller.has_spec():
            return f"there is no hook {caller.name!r}.{closest(caller.name, _hooks())}"
    return ""


def unmarked(plugin: Any) -> list[str]:
    """Functions named like hooks that are not marked as such."""
    mine = vars(plugin) if hasattr(plugin, "__dict__") else {}
    return [name for name in _hooks() if callable(mine.get(name)) and not hasattr(mine[name], "palate_impl")]


def reason(error: BaseException) -> str:
    """What a plugin raised, in a line."""
    said = one_line(str(error))
    if isinstance(error, pluggy.PluginValidationError):
        return said.replace("hookimpl definition: ", "")
    return said if isinstance(error, (PluginError, PluginTimeout)) else f"{type(error).__name__}: {said}"


def one_line(text: str) -> str:
    """The text without line breaks, and short enough for a line of a list."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 300 else f"{flat[:297]}..."


def _hooks() -> list[str]:
    return [name for name in vars(hookspecs) if name.startswith(("register_", "on_"))]
