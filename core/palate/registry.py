"""Finding plugins, loading each on its own, and answering for what they registered."""

from __future__ import annotations

import importlib.metadata
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from packaging.requirements import InvalidRequirement, Requirement

from palate import hookspecs
from palate.component import Component, flaws
from palate.errors import PluginError, UnknownComponent, closest
from palate.events import Event
from palate.kinds import KINDS, article

if TYPE_CHECKING:
    import click

GROUP = "palate"


@dataclass(frozen=True)
class Failure:
    """A plugin that could not be loaded, or a part of it, and why."""

    plugin: str
    distribution: str
    version: str
    reason: str

    def __str__(self) -> str:
        return f"plugin {self.plugin!r} ({self.distribution} {self.version}): {self.reason}"


@dataclass(frozen=True)
class Door:
    """One entry point through which a plugin comes in."""

    name: str
    distribution: str = "-"
    version: str = "-"
    requires: tuple[str, ...] = ()
    entry: Any = None

    def load(self) -> Any:
        return self.entry.load() if hasattr(self.entry, "load") else self.entry


@dataclass
class Registry:
    """All components of all plugins, by kind and name.

    Loading never raises for a broken plugin: what is broken stands in `failures`. Two components
    of one kind with one name raise PluginError when either is asked for.
    """

    plugins: pluggy.PluginManager = field(default_factory=lambda: _manager())
    failures: list[Failure] = field(default_factory=list)
    recipes: dict[str, Path] = field(default_factory=dict)
    commands: dict[str, click.Command] = field(default_factory=dict)
    _components: dict[tuple[str, str], list[Component]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Component]:
        for kind in KINDS:
            for (of, _), found in sorted(self._components.items()):
                if of == kind:
                    yield from found

    def names(self, kind: str) -> list[str]:
        return sorted(name for of, name in self._components if of == kind)

    def find(self, kind: str, name: str) -> Component:
        """The component of this kind with this name.

        Raises UnknownComponent, which names near matches and failed plugins, or PluginError where
        two distributions claim the name.
        """
        found = self._components.get((kind, name), [])
        if not found:
            raise UnknownComponent(self._unknown(kind, name))
        if len(found) > 1:
            raise PluginError(clash(found))
        return found[0]

    def clashes(self) -> list[str]:
        """Every name that two components of one kind claim, in words."""
        return [clash(found) for found in self._components.values() if len(found) > 1]

    def load(self, door: Door) -> None:
        """Take in one plugin; whatever is wrong with it is written down in `failures`."""
        unfit = _unfit(door)
        if unfit:
            self._fail(door, unfit)
            return
        try:
            module = door.load()
            self.plugins.register(module, name=door.name)
            misspelt = _misspelt(self.plugins, module, door.name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may do anything, and palate goes on
            self._drop(door.name)
            self._fail(door, _reason(error))
            return
        if misspelt:
            self._drop(door.name)
            self._fail(door, misspelt)
            return
        for kind in KINDS.values():
            self._take(door, kind.hook, lambda cls, of=kind.name: self._add(door, of, cls))
        self._take(door, "register_recipes", self._add_recipes)
        self._take(door, "register_commands", self._add_command)

    def listen(self, listener: Any) -> None:
        """Send events to this object's `on_event(event)` too."""
        self.plugins.register(_Listener(listener))

    def emit(self, event: Event) -> None:
        """Tell every plugin that listens; one that raises is reported once and not asked again."""
        for implementation in self.plugins.hook.on_event.get_hookimpls():
            try:
                implementation.function(event)
            except Exception as error:
                self.plugins.unregister(implementation.plugin)
                warnings.warn(
                    f"plugin {implementation.plugin_name!r} failed in on_event and is not asked again: "
                    f"{_reason(error)}",
                    stacklevel=2,
                )

    def _take(self, door: Door, hook: str, add: Any) -> None:
        caller = getattr(self.plugins.hook, hook)
        for implementation in caller.get_hookimpls():
            if implementation.plugin_name != door.name:
                continue
            try:
                for value in implementation.function() or ():
                    add(value)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._fail(door, f"{hook}: {_reason(error)}")

    def _add(self, door: Door, kind: str, cls: Any) -> None:
        wrong = flaws(cls, kind)
        if wrong:
            raise PluginError("; ".join(wrong))
        component = Component(kind, cls, door.name, door.distribution, door.version)
        self._components.setdefault((kind, component.name), []).append(component)

    def _add_recipes(self, folder: Path) -> None:
        for path in sorted(Path(folder).glob("*.yaml")):
            self.recipes.setdefault(path.stem, path)

    def _add_command(self, command: click.Command) -> None:
        self.commands.setdefault(str(command.name), command)

    def _fail(self, door: Door, reason: str) -> None:
        self.failures.append(Failure(door.name, door.distribution, door.version, reason))

    def _drop(self, name: str) -> None:
        if self.plugins.has_plugin(name):
            self.plugins.unregister(name=name)

    def _unknown(self, kind: str, name: str) -> str:
        known = self.names(kind)
        said = f"there is no {kind} {name!r}.{closest(name, known)}"
        elsewhere = [other for other, of in ((of, n) for of, n in self._components) if of == name]
        if elsewhere:
            said += f" {name!r} is {article(elsewhere[0])}."
        said += f" Installed: {', '.join(known) or 'none'}."
        if self.failures:
            said += " Not loaded: " + "; ".join(str(failure) for failure in self.failures) + "."
        return said


@dataclass(eq=False)
class _Listener:
    listener: Any

    @hookspecs.hookimpl
    def on_event(self, event: Event) -> None:
        self.listener.on_event(event)


def clash(found: Iterable[Component]) -> str:
    """That two distributions claim one name, in words."""
    first, *rest = found
    owners = " and ".join(f"{c.distribution} {c.version} (plugin {c.plugin!r})" for c in (first, *rest))
    return (
        f"{first.kind} {first.name!r} is registered by {owners}; "
        "uninstall one, or leave one out with PALATE_PLUGINS"
    )


def doors() -> list[Door]:
    """The installed entry points of the group `palate`, those named in PALATE_PLUGINS if it is set."""
    wanted = [name.strip() for name in os.environ.get("PALATE_PLUGINS", "").split(",") if name.strip()]
    found = []
    for entry in importlib.metadata.entry_points(group=GROUP):
        if wanted and entry.name not in wanted:
            continue
        of = entry.dist
        known = (of.name, of.version, tuple(of.requires or ())) if of else ("-", "-", ())
        found.append(Door(entry.name, *known, entry=entry))
    unique = {(door.name, door.distribution, door.entry.value): door for door in found}
    return sorted(unique.values(), key=lambda door: (door.distribution != "palate", door.name))


@cache
def installed() -> Registry:
    """The registry of what is installed, loaded once a process."""
    registry = Registry()
    for door in doors():
        registry.load(door)
    return registry


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _unfit(door: Door) -> str:
    """Why this plugin does not go with this palate, judged by what its distribution requires."""
    if door.distribution == "palate":
        return ""
    version = importlib.metadata.version("palate")
    for text in door.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        same = requirement.name.lower() == "palate" and not requirement.marker
        if same and not requirement.specifier.contains(version, prereleases=True):
            return f"needs palate {requirement.specifier}, and this is palate {version}"
    return ""


def _misspelt(manager: pluggy.PluginManager, module: Any, name: str) -> str:
    """Hooks that the plugin implements and that palate does not have."""
    known = [hook for hook in vars(hookspecs) if hook.startswith(("register_", "on_"))]
    for caller in manager.get_hookcallers(module) or ():
        if not caller.has_spec():
            return f"there is no hook {caller.name!r}.{closest(caller.name, known)}"
    return ""


def _reason(error: BaseException) -> str:
    first = str(error).strip().split("\n")[0]
    return first if isinstance(error, PluginError) else f"{type(error).__name__}: {first}"
