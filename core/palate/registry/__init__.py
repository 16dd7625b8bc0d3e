"""Plugins: finding their entry points, loading each on its own, and answering for what they registered."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate.registry.entry_points import PluginEntry as PluginEntry
    from palate.registry.entry_points import plugin_entries as plugin_entries
    from palate.registry.problems import Failure as Failure
    from palate.registry.registry import Registration as Registration
    from palate.registry.registry import Registry as Registry
    from palate.registry.registry import clash as clash
    from palate.registry.registry import installed as installed

_HOMES = {
    **dict.fromkeys(("PluginEntry", "plugin_entries"), "palate.registry.entry_points"),
    **dict.fromkeys(("Registration", "Registry", "clash", "installed"), "palate.registry.registry"),
    "Failure": "palate.registry.problems",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a hook module imports nothing but the hook markers."""
    if name not in _HOMES:
        raise AttributeError(f"module 'palate.registry' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
