"""The page of the terminal's commands."""

from __future__ import annotations

from importlib import import_module

import click

from palate.cli.overview import COMMANDS


def page() -> str:
    parts = [
        "# Commands",
        "",
        "`palate COMMAND --help` says the same. All commands take `--quiet` and `--debug`.",
        "",
    ]
    for name, (module, _) in COMMANDS.items():
        parts += [f"## {name}", "", "```text", _help(name, import_module(module).command), "```", ""]
    return "\n".join(parts)


def _help(name: str, command: click.Command) -> str:
    with click.Context(
        command, info_name=f"palate {name}", terminal_width=100, max_content_width=100
    ) as context:
        return command.get_help(context)
