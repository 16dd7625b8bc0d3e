"""Loading plugins, each on its own, and answering for what they registered."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from palate.components.component import Component, flaws
from palate.components.kinds import KINDS, article
from palate.errors import PluginError, UnknownComponent, closest
from palate.events import Event
from palate.registry import hookspecs
from palate.registry.entry_points import PluginEntry, absent, plugin_entries
from palate.registry.problems import Failure, misspelt, one_line, reason, unmarked
from palate.registry.timeout import patience, time_limit

if TYPE_CHECKING:
    import click

__all__ = ["Failure", "PluginEntry", "Registration", "Registry", "clash", "installed", "plugin_entries"]


@dataclass(frozen=True)
class Registration:
    """What a plugin brought beside components: a `recipe`, a `command`, or that it hears of `events`."""

    what: str
    name: str
    plugin: str
    distribution: str
    version: str
    path: Path | None = None


@dataclass
class Registry:
    """All components of all plugins, by kind and name.

    Loading never raises for a broken plugin: what is broken stands in `failures`, and what is odd
    but does no harm in `notices`. Two components of one kind with one name raise PluginError when
    either is asked for.
    """

    plugins: pluggy.PluginManager = field(default_factory=lambda: _manager())
    failures: list[Failure] = field(default_factory=list)
    notices: list[Failure] = field(default_factory=list)
    recipes: dict[str, Path] = field(default_factory=dict)
    commands: dict[str, click.Command] = field(default_factory=dict)
    brought: list[Registration] = field(default_factory=list)
    patience: float = field(default_factory=patience)
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

    def load(self, door: PluginEntry) -> None:
        """Take in one plugin; whatever is wrong with it is written down in `failures`.

        What it prints meanwhile goes to `notices`, so that it is not mixed with a command's output.
        """
        printed = io.StringIO()
        with redirect_stdout(printed):
            if self._register(door):
                self._take_all(door)
        said = printed.getvalue().strip()
        if said:
            self._note(door, f"printed while it was loaded: {one_line(said)!r}")

    def listen(self, listener: Any) -> None:
        """Send events to this object's `on_event(event)` too."""
        self.plugins.register(_Listener(listener))

    def emit(self, event: Event) -> None:
        """Tell every plugin that listens; one that raises is reported once and not asked again."""
        for implementation in self.plugins.hook.on_event.get_hookimpls():
            try:
                with time_limit(self.patience, f"plugin {implementation.plugin_name} in on_event"):
                    implementation.function(*(event for _ in implementation.argnames))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self.plugins.unregister(implementation.plugin)
                warnings.warn(
                    f"plugin {implementation.plugin_name!r} failed in on_event and is not asked again: "
                    f"{reason(error)}",
                    stacklevel=2,
                )

    def _register(self, door: PluginEntry) -> bool:
        """Import the plugin and check its hooks; False, with the reason written down, if it fails."""
        wrong = door.unfit()
        if not wrong:
            try:
                with time_limit(self.patience, f"plugin {door.key}"):
                    plugin = door.load()
                self.plugins.register(plugin, name=door.key)
                wrong = misspelt(self.plugins, plugin)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a plugin may do anything, and palate goes on
                wrong = reason(error)
        if wrong:
            self._drop(door)
            self._fail(door, wrong)
            return False
        idle = unmarked(plugin)
        if idle:
            self._note(door, f"{', '.join(idle)} has no effect without the decorator @palate.hookimpl")
        return True

    def _take_all(self, door: PluginEntry) -> None:
        for kind in KINDS.values():
            self._take(door, kind.hook, partial(self._add, door, kind.name))
        self._take(door, "register_recipes", partial(self._add_recipes, door))
        self._take(door, "register_commands", partial(self._add_command, door))
        if any(each.plugin_name == door.key for each in self.plugins.hook.on_event.get_hookimpls()):
            self._bring(door, "events", "on_event")

    def _take(self, door: PluginEntry, hook: str, add: Callable[[Any], None]) -> None:
        """Ask one hook of one plugin; each value is taken or refused on its own."""
        for implementation in getattr(self.plugins.hook, hook).get_hookimpls():
            if implementation.plugin_name != door.key:
                continue
            try:
                with time_limit(self.patience, f"plugin {door.key} in {hook}"):
                    values = list(implementation.function() or ())
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._fail(door, f"{hook}: {reason(error)}")
                continue
            for value in values:
                try:
                    add(value)
                except Exception as error:
                    self._fail(door, f"{hook}: {reason(error)}")

    def _add(self, door: PluginEntry, kind: str, cls: Any) -> None:
        wrong = flaws(cls, kind)
        if wrong:
            raise PluginError("; ".join(wrong))
        component = Component(kind, cls, door.name, door.distribution, door.version, self)
        known = self._components.setdefault((kind, component.name), [])
        if all(other.cls is not cls for other in known):
            known.append(component)

    def _add_recipes(self, door: PluginEntry, place: str | Path) -> None:
        """A recipe, or a folder of them."""
        path = Path(place)
        if not path.exists():
            raise PluginError(f"there is no file or folder {str(path)!r}")
        for recipe in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            self._bring(door, "recipe", recipe.stem, recipe)
            if self.recipes.setdefault(recipe.stem, recipe) != recipe:
                self._note(door, f"its recipe {recipe.stem!r} is hidden by {self.recipes[recipe.stem]}")

    def _add_command(self, door: PluginEntry, command: click.Command) -> None:
        if not isinstance(getattr(command, "name", None), str) or not hasattr(command, "make_context"):
            raise PluginError(f"{command!r} is not a click command with a name")
        self._bring(door, "command", str(command.name))
        if self.commands.setdefault(str(command.name), command) is not command:
            self._note(door, f"its command {command.name!r} is hidden by another plugin's")

    def _bring(self, door: PluginEntry, what: str, name: str, path: Path | None = None) -> None:
        self.brought.append(Registration(what, name, door.name, door.distribution, door.version, path))

    def _fail(self, door: PluginEntry, why: str) -> None:
        self.failures.append(Failure(door.name, door.distribution, door.version, why))

    def _note(self, door: PluginEntry, remark: str) -> None:
        self.notices.append(Failure(door.name, door.distribution, door.version, remark))

    def _drop(self, door: PluginEntry) -> None:
        if self.plugins.has_plugin(door.key):
            self.plugins.unregister(name=door.key)

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


@cache
def installed() -> Registry:
    """The registry of what is installed, loaded once a process."""
    registry = Registry()
    for door in plugin_entries():
        registry.load(door)
    for name, meant in absent():
        registry._fail(PluginEntry(name), f"named in PALATE_PLUGINS but not installed.{meant}")
    return registry


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager
