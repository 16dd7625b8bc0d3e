"""What plugins register: components by kind and name, recipes and commands, each taken in when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from palate.components.abilities import near_misses
from palate.components.component import Component, flaws
from palate.components.kinds import KINDS, article
from palate.errors import PluginError, UnknownComponent, closest
from palate.events import Event
from palate.forgetting import Forgetting
from palate.registry.entry_points import PluginEntry, absent, plugin_entries
from palate.registry.hooks import Hooks
from palate.registry.problems import Failure, reason
from palate.registry.timeout import plugin_timeout

if TYPE_CHECKING:
    import click

__all__ = ["Failure", "PluginEntry", "Registration", "Registry", "clash", "installed", "plugin_entries"]

_RECIPES, _COMMANDS = "register_recipes", "register_commands"


@dataclass(frozen=True)
class Registration:
    """What a plugin registers beside components: a `recipe`, a `command`, or that it listens to `events`."""

    what: str
    name: str
    plugin: str
    distribution: str
    version: str
    path: Path | None = None


@dataclass
class Registry:
    """All components of all plugins, by kind and name.

    Plugins are imported when they are loaded; a registration hook is called when what it registers is
    asked for, so that a recipe costs the kinds that it names. `failures` and `notices` ask every hook first:
    what is broken is in `failures`, and what is odd but does no harm in `notices`. Two components of
    one kind with one name raise PluginError when either is asked for.
    """

    timeout: float = field(default_factory=plugin_timeout)
    hooks: Hooks = field(init=False)
    _components: dict[tuple[str, str], list[Component]] = field(default_factory=dict)
    _recipes: dict[str, Path] = field(default_factory=dict)
    _commands: dict[str, click.Command] = field(default_factory=dict)
    _commands_of: list[tuple[PluginEntry, click.Command]] = field(default_factory=list)
    _recipes_of: list[Registration] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)
    _taking: set[str] = field(default_factory=set)
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.hooks = Hooks(self.timeout)

    def __iter__(self) -> Iterator[Component]:
        for kind in KINDS:
            for _, found in sorted(self._of(kind).items()):
                yield from found

    def names(self, kind: str) -> list[str]:
        return sorted(self._of(kind))

    def find(self, kind: str, name: str) -> Component:
        """The component of this kind with this name.

        Raises UnknownComponent, which names near matches and failed plugins, or PluginError where
        two distributions claim the name.
        """
        found = self._of(kind).get(name, [])
        if not found:
            raise UnknownComponent(self._unknown(kind, name))
        if len(found) > 1:
            raise PluginError(clash(found))
        return found[0]

    def component_of(self, cls: type) -> Component | None:
        """The component whose class this is, or None; kinds are only asked for where none is known yet."""
        if not isinstance(getattr(cls, "name", None), str):
            return None
        known = (each for found in list(self._components.values()) for each in found)
        return next((each for each in known if each.cls is cls), None) or next(
            (each for each in self if each.cls is cls), None
        )

    def clashes(self) -> list[str]:
        """Every name that two components of one kind claim, in words."""
        self._take_all()
        return [clash(found) for found in self._components.values() if len(found) > 1]

    @property
    def failures(self) -> list[Failure]:
        """What could not be loaded, of all plugins."""
        self._take_all()
        return self.hooks.failures

    @property
    def notices(self) -> list[Failure]:
        """What is odd, of all plugins."""
        self._take_all()
        return self.hooks.notices

    @property
    def recipes(self) -> dict[str, Path]:
        """Recipes by name; of two with one name the first."""
        self._take(_RECIPES, self._add_recipes)
        return self._recipes

    @property
    def commands(self) -> dict[str, click.Command]:
        """Commands by name; of two with one name the first."""
        self._take(_COMMANDS, self._add_command)
        return self._commands

    def all_commands(self) -> list[tuple[PluginEntry, click.Command]]:
        """The commands of every plugin, hidden ones too."""
        _ = self.commands
        return self._commands_of

    @property
    def registrations(self) -> list[Registration]:
        """Recipes, commands and listeners of every plugin, hidden ones too."""
        _ = self.recipes
        commands = [_registration(entry, "command", str(each.name)) for entry, each in self.all_commands()]
        listening = [entry for entry in self.hooks.entries if self.hooks.implements(entry, "on_event")]
        return [
            *self._recipes_of,
            *commands,
            *(_registration(each, "events", "on_event") for each in listening),
        ]

    @property
    def trackers(self) -> dict[str, str]:
        """The plugins that record runs elsewhere (`palate.tracking`), by name: what stands behind NAME:."""
        found = {entry.name: self.hooks.attribute(entry, "tracks") for entry in self.hooks.entries}
        return {name: str(where) for name, where in sorted(found.items()) if where}

    def load(self, entry: PluginEntry) -> None:
        """Import one plugin; whatever is wrong with it is written down in `failures`."""
        self.hooks.load(entry)

    def listen(self, listener: Any) -> None:
        """Send events to this object's `on_event(event)` too."""
        self.hooks.listen(listener)

    def emit(self, event: Event) -> None:
        """Tell every plugin that listens; one that raises is reported once and not called again."""
        self.hooks.emit(event)

    def forget(self, forgetting: Forgetting) -> None:
        """Have every plugin forget; whatever one raises comes through."""
        self.hooks.forget(forgetting)

    def _of(self, kind: str) -> dict[str, list[Component]]:
        if kind in KINDS:
            self._take(KINDS[kind].hook, partial(self._add, kind))
        return {name: found for (of, name), found in self._components.items() if of == kind}

    def _take_all(self) -> None:
        for kind in KINDS:
            self._of(kind)
        _ = self.recipes, self.commands

    def _take(self, hook: str, add: Callable[[PluginEntry, Any], None]) -> None:
        """Call a hook of each plugin where it was not called yet; each value is taken or refused alone."""
        if self._taken.get(hook, 0) == len(self.hooks.entries):
            return
        with self._lock:
            entries = self.hooks.entries[self._taken.get(hook, 0) :]
            if not entries or hook in self._taking:  # a hook may itself ask for what others registered
                return
            self._taking.add(hook)
            try:
                for entry, value in self.hooks.values(hook, entries):
                    try:
                        add(entry, value)
                    except Exception as error:
                        self.hooks.fail(entry, f"{hook}: {reason(error)}")
                self._taken[hook] = self._taken.get(hook, 0) + len(entries)
            finally:
                self._taking.discard(hook)

    def _add(self, kind: str, entry: PluginEntry, cls: Any) -> None:
        wrong = flaws(cls, kind)
        if wrong:
            raise PluginError("; ".join(wrong))
        component = Component(kind, cls, entry.name, entry.distribution, entry.version, self)
        known = self._components.setdefault((kind, component.name), [])
        if all(other.cls is not cls for other in known):
            known.append(component)
            for remark in near_misses(cls, kind):
                self.hooks.note(entry, remark)

    def _add_recipes(self, entry: PluginEntry, place: str | Path) -> None:
        """A recipe, or a folder of them."""
        path = Path(place)
        if not path.exists():
            raise PluginError(f"there is no file or folder {str(path)!r}")
        for recipe in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            self._recipes_of.append(_registration(entry, "recipe", recipe.stem, recipe))
            if self._recipes.setdefault(recipe.stem, recipe) != recipe:
                self.hooks.note(
                    entry, f"its recipe {recipe.stem!r} is hidden by {self._recipes[recipe.stem]}"
                )

    def _add_command(self, entry: PluginEntry, command: click.Command) -> None:
        if not isinstance(getattr(command, "name", None), str) or not hasattr(command, "make_context"):
            raise PluginError(f"{command!r} is not a click command with a name")
        self._commands_of.append((entry, command))
        if self._commands.setdefault(str(command.name), command) is not command:
            self.hooks.note(entry, f"its command {command.name!r} is hidden by another plugin's")

    def _unknown(self, kind: str, name: str) -> str:
        """That there is no such component; other kinds are asked only where none of its own is near."""
        known = self.names(kind)
        near = closest(name, known)
        text = f"there is no {kind} {name!r}.{near}"
        elsewhere = [other for other in KINDS if not near and name in self._of(other)]
        if elsewhere:
            text += f" {name!r} is {article(elsewhere[0])}."
        text += f" Installed: {', '.join(known) or 'none'}."
        if self.hooks.failures:
            text += " Not loaded: " + "; ".join(str(failure) for failure in self.hooks.failures) + "."
        return text


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
    """The registry of what is installed, its plugins imported once a process."""
    registry = Registry()
    for entry in plugin_entries():
        registry.load(entry)
    for name, meant in absent():
        registry.hooks.fail(PluginEntry(name), f"named in PALATE_PLUGINS but not installed.{meant}")
    return registry


def _registration(entry: PluginEntry, what: str, name: str, path: Path | None = None) -> Registration:
    return Registration(what, name, entry.name, entry.distribution, entry.version, path)
