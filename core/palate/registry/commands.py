"""The commands of plugins: listed without loading a plugin, and found by loading the one that has it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from palate.registry.index import keep, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from palate.registry.registry import Registry

_WIDTH = 60


class CommandLine(NamedTuple):
    """One command of a plugin, as help lists it."""

    name: str
    help: str
    plugin: str
    distribution: str


def command_lines() -> list[CommandLine]:
    """Every command of the installed plugins, or of those in PALATE_PLUGINS; of two with one name the first.

    They come from the index. Where something was installed or edited since it was kept, the hook modules
    of all plugins are loaded and asked for their commands.
    """
    rows = kept("commands")
    if rows is None:
        return _first(_looked_up())
    from palate.registry.restriction import wanted

    names = wanted()
    lines = [CommandLine(*row) for row in rows]
    return _first([line for line in lines if not names or line.plugin in names])


def find_command(name: str) -> click.Command | None:
    """The command of a plugin, or None where no plugin has it."""
    for line in command_lines():
        if line.name == name:
            command = _of_one_plugin(line)
            if command is not None:
                return command
    from palate.registry import installed

    command = installed().commands.get(name)
    if command is not None:
        _looked_up()  # a plugin that could not be loaded when the index was made
    return command


def _of_one_plugin(line: CommandLine) -> click.Command | None:
    from palate.registry import Registry, plugin_entries

    registry = Registry()
    for entry in plugin_entries():
        if (entry.name, entry.distribution) == (line.plugin, line.distribution):
            registry.load(entry)
    return registry.commands.get(line.name)


def _looked_up() -> list[CommandLine]:
    from palate.registry import installed
    from palate.registry.restriction import wanted

    registry = installed()
    lines = [
        CommandLine(str(command.name), command.get_short_help_str(_WIDTH), entry.name, entry.distribution)
        for entry, command in registry.all_commands()
    ]
    if not wanted():  # what was left out has commands too
        keep("commands", [list(line) for line in lines], _files(registry))
    return lines


def _files(registry: Registry) -> Iterator[str]:
    """Where the commands are written: edited, they may have another name or help."""
    from palate.registry.entry_points import plugin_entries

    modules = {entry.module for entry in plugin_entries()}
    modules |= {
        str(command.callback.__module__) for _, command in registry.all_commands() if command.callback
    }
    for module in sorted(modules):
        file = _file_of(module)
        if file:
            yield file


def _file_of(module: str) -> str | None:
    """The file of a module, or of the package it would be in if it cannot be imported."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        return getattr(loaded, "__file__", None)
    from importlib.util import find_spec

    try:
        spec = find_spec(module.partition(".")[0])
    except (ImportError, ValueError):
        return None
    return spec.origin if spec and spec.has_location else None


def _first(lines: list[CommandLine]) -> list[CommandLine]:
    """Of lines with one name the first."""
    return list({line.name: line for line in reversed(lines)}.values())[::-1]
