"""The entry points through which plugins come in, and whether a plugin goes with this palate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import __version__
from palate.errors import PluginError, closest
from palate.registry.index import keep, kept
from palate.registry.restriction import wanted

if TYPE_CHECKING:
    from packaging.requirements import Requirement

GROUP = "palate"


@dataclass(frozen=True)
class PluginEntry:
    """One entry point through which a plugin comes in.

    `entry` is what the entry point names, such as `palate_x` or `palate_x:hooks`, or the plugin itself:
    a module or any object with hooks.
    """

    name: str
    distribution: str = "-"
    version: str = "-"
    requires: tuple[str, ...] = ()
    entry: Any = None

    def load(self) -> Any:
        """The plugin. Raises whatever importing it raises."""
        if not isinstance(self.entry, str):
            return self.entry
        inside = self.entry.partition(":")[2].strip()
        return reduce(getattr, filter(None, inside.split(".")), import_module(self.module))

    @property
    def module(self) -> str:
        """The module that the entry point names; nothing where the plugin itself was given."""
        return self.entry.partition(":")[0].strip() if isinstance(self.entry, str) else ""

    @property
    def key(self) -> str:
        """What tells it from a plugin of the same name in another distribution."""
        return f"{self.name} ({self.distribution})"

    def unfit(self) -> str:
        """Why this plugin does not go with this palate, by what its distribution requires."""
        if self.distribution == "palate":
            return ""
        for text in self.requires:
            requirement = _requirement(text)
            if requirement and not requirement.specifier.contains(__version__, prereleases=True):
                return f"needs palate {requirement.specifier}, and this is palate {__version__}"
        return ""


def plugin_entries() -> list[PluginEntry]:
    """The installed entry points of the group `palate`, those named in PALATE_PLUGINS if it is set.

    Those of palate itself come first, so that a third party's recipe or command never hides its own.
    """
    names = wanted()
    found = [entry for entry in _all_entries() if not names or entry.name in names]
    return sorted(found, key=lambda entry: (entry.distribution != "palate", entry.name, entry.distribution))


def load_tool(name: str) -> Any:
    """The module of palate's own plugin of this name. Raises PluginError where it is not installed."""
    for entry in _all_entries():
        if (entry.name, entry.distribution) == (name, "palate"):
            return entry.load()
    raise PluginError(f"palate's plugin {name!r} is not installed; install palate again")


def absent() -> list[tuple[str, str]]:
    """The names in PALATE_PLUGINS that no installed plugin has, each with what was perhaps meant."""
    names = wanted()
    known = {entry.name for entry in _all_entries()} if names else set()
    return [(name, closest(name, known)) for name in names if name not in known]


def _all_entries() -> list[PluginEntry]:
    """Every entry, from the index or, where something was installed since, from the distributions."""
    rows = kept("entries")
    if rows is None:
        from palate.registry.distributions import entry_points

        rows, records = entry_points(GROUP)
        keep("entries", rows, records)
    return [
        PluginEntry(name, distribution, version, tuple(requires), value)
        for name, value, distribution, version, requires in rows
    ]


def _requirement(text: str) -> Requirement | None:
    """What a distribution asks of palate itself, if this line of its requirements is about that."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        found = Requirement(text)
    except InvalidRequirement:
        return None
    applies = found.marker is None or found.marker.evaluate({"extra": ""})
    return found if found.name.lower() == "palate" and applies else None
