"""The entry points through which plugins come in, and whether a plugin goes with this palate."""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from palate import __version__
from palate.errors import PluginError, closest

GROUP = "palate"


@dataclass(frozen=True)
class PluginEntry:
    """One entry point through which a plugin comes in.

    `entry` is an entry point, or the plugin itself: a module or any object with hooks.
    """

    name: str
    distribution: str = "-"
    version: str = "-"
    requires: tuple[str, ...] = ()
    entry: Any = None

    def load(self) -> Any:
        return self.entry.load() if isinstance(self.entry, importlib.metadata.EntryPoint) else self.entry

    @property
    def key(self) -> str:
        """What tells it from a plugin of the same name in another distribution."""
        return f"{self.name} ({self.distribution})"

    def unfit(self) -> str:
        """Why this plugin does not go with this palate, judged by what its distribution requires."""
        if self.distribution == "palate":
            return ""
        for text in self.requires:
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue
            if not _applies(requirement) or requirement.specifier.contains(__version__, prereleases=True):
                continue
            return f"needs palate {requirement.specifier}, and this is palate {__version__}"
        return ""


def wanted() -> list[str]:
    """The plugins that the environment variable PALATE_PLUGINS restricts palate to; empty for all."""
    return [name.strip() for name in os.environ.get("PALATE_PLUGINS", "").split(",") if name.strip()]


def plugin_entries() -> list[PluginEntry]:
    """The installed entry points of the group `palate`, those named in PALATE_PLUGINS if it is set.

    Those of palate itself come first, so that a stranger's recipe or command never hides its own.
    """
    names = wanted()
    found = [door for door in _all_doors() if not names or door.name in names]
    return sorted(found, key=lambda door: (door.distribution != "palate", door.name, door.distribution))


def load_tool(name: str) -> Any:
    """The module of palate's own plugin of this name. Raises PluginError where it is not installed."""
    own = importlib.metadata.entry_points(group=GROUP, name=name)
    for entry in own:
        if entry.dist is not None and entry.dist.name == "palate":
            return entry.load()
    raise PluginError(f"palate's plugin {name!r} is not installed; install palate again")


def absent() -> list[tuple[str, str]]:
    """The names in PALATE_PLUGINS that no installed plugin has, each with what was perhaps meant."""
    names = wanted()
    known = {door.name for door in _all_doors()} if names else set()
    return [(name, closest(name, known)) for name in names if name not in known]


def _all_doors() -> Iterator[PluginEntry]:
    """Every door once; of a distribution found twice on the path the first counts.

    Distributions are read one by one, so that one with a damaged record hides no other.
    """
    met: set[str] = set()
    for distribution in importlib.metadata.distributions():
        try:
            entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
        except Exception:  # noqa: S112  (its list of entry points is damaged: pip's concern, and perhaps no plugin)
            continue
        if not entries:
            continue
        name, version, requires = _about(distribution)
        same = re.sub(r"[-_.]+", "-", name).lower()
        if same == "-" or same not in met:
            yield from (PluginEntry(entry.name, name, version, requires, entry) for entry in entries)
        met.add(same)


def _about(distribution: importlib.metadata.Distribution) -> tuple[str, str, tuple[str, ...]]:
    """Its name, version and requirements; `-` for what its record does not tell."""
    try:
        said = distribution.metadata
        return said["Name"] or "-", said["Version"] or "-", tuple(distribution.requires or ())
    except Exception:
        return "-", "-", ()


def _applies(requirement: Requirement) -> bool:
    marker = requirement.marker
    return requirement.name.lower() == "palate" and (marker is None or marker.evaluate({"extra": ""}))
