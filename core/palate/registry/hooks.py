"""The hooks of plugins: each plugin loaded on its own, each hook called when its values are asked for."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pluggy

from palate.events import Event
from palate.forgetting import Forgetting
from palate.registry import hookspecs
from palate.registry.entry_points import PluginEntry
from palate.registry.problems import Failure, misspelt, one_line, reason, unmarked
from palate.registry.timeout import plugin_timeout, time_limit


@dataclass
class Hooks:
    """The hook modules of plugins, and what was wrong with them so far.

    Nothing here raises for a broken plugin: what is broken is in `failures`, and what is odd but does no
    harm in `notices`. What a plugin prints goes to `notices`, so that it is not mixed with the output of
    a command.
    """

    timeout: float = field(default_factory=plugin_timeout)
    failures: list[Failure] = field(default_factory=list)
    notices: list[Failure] = field(default_factory=list)
    entries: list[PluginEntry] = field(default_factory=list)
    _manager: pluggy.PluginManager = field(default_factory=lambda: _manager())

    def load(self, entry: PluginEntry) -> None:
        """Import a plugin and check the names and arguments of its hooks; none is called."""
        with self._silenced(entry, "while it was loaded"):
            wrong = entry.unfit() or self._register(entry)
        if wrong:
            if self._manager.has_plugin(entry.key):
                self._manager.unregister(name=entry.key)
            self.fail(entry, wrong)
        else:
            self.entries.append(entry)

    def values(self, hook: str, entries: list[PluginEntry]) -> Iterator[tuple[PluginEntry, Any]]:
        """What this hook of these plugins returns, value by value."""
        functions = {each.plugin_name: each.function for each in self._implementations(hook)}
        for entry in entries:
            if entry.key in functions:
                with self._silenced(entry, f"in {hook}"):
                    found = self._called(entry, hook, functions[entry.key])
                for value in found:
                    yield entry, value

    def implements(self, entry: PluginEntry, hook: str) -> bool:
        return any(each.plugin_name == entry.key for each in self._implementations(hook))

    def attribute(self, entry: PluginEntry, name: str) -> Any:
        """An attribute of a plugin's hook module, None where it has no such."""
        return getattr(self._manager.get_plugin(entry.key), name, None)

    def listen(self, listener: Any) -> None:
        """Send events to this object's `on_event(event)` too."""
        self._manager.register(_Listener(listener))

    def emit(self, event: Event) -> None:
        """Tell every plugin that listens; one that raises is reported once and not called again."""
        for each in self._implementations("on_event"):
            try:
                with time_limit(self.timeout, f"plugin {each.plugin_name} in on_event"):
                    each.function(*(event for _ in each.argnames))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._manager.unregister(each.plugin)
                warnings.warn(
                    f"plugin {each.plugin_name!r} failed in on_event and is not called again: "
                    f"{reason(error)}",
                    stacklevel=2,
                )

    def forget(self, forgetting: Forgetting) -> None:
        """Have every plugin forget; whatever one raises comes through, since it has then not forgotten."""
        for each in self._implementations("on_forget"):
            each.function(*(forgetting for _ in each.argnames))

    def fail(self, entry: PluginEntry, why: str) -> None:
        self.failures.append(Failure(entry.name, entry.distribution, entry.version, why))

    def note(self, entry: PluginEntry, remark: str) -> None:
        self.notices.append(Failure(entry.name, entry.distribution, entry.version, remark))

    def _register(self, entry: PluginEntry) -> str:
        """What is wrong with the plugin, or nothing."""
        try:
            with time_limit(self.timeout, f"plugin {entry.key}"):
                plugin = entry.load()
            self._manager.register(plugin, name=entry.key)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may do anything, and palate goes on
            return reason(error)
        idle = unmarked(plugin)
        if idle:
            self.note(entry, f"{', '.join(idle)} has no effect without the decorator @palate.hookimpl")
        return misspelt(self._manager, plugin)

    def _called(self, entry: PluginEntry, hook: str, function: Any) -> list[Any]:
        try:
            with time_limit(self.timeout, f"plugin {entry.key} in {hook}"):
                return list(function() or ())
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.fail(entry, f"{hook}: {reason(error)}")
            return []

    def _implementations(self, hook: str) -> list[Any]:
        return list(getattr(self._manager.hook, hook).get_hookimpls())

    @contextmanager
    def _silenced(self, entry: PluginEntry, when: str) -> Iterator[None]:
        printed = io.StringIO()
        with redirect_stdout(printed):
            yield
        text = printed.getvalue().strip()
        if text:
            self.note(entry, f"printed {when}: {one_line(text)!r}")


@dataclass(eq=False)
class _Listener:
    listener: Any

    @hookspecs.hookimpl
    def on_event(self, event: Event) -> None:
        self.listener.on_event(event)


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager
