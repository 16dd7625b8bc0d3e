"""The page of the terminal's commands."""

from __future__ import annotations

import click

from palate.cli.group import all_commands

WIDTH = 88  # characters of a block of code that the site's column holds


def page() -> str:
    parts = [
        "# Commands",
        "",
        "`palate COMMAND --help` says the same. All commands take `--quiet` and `--debug`.",
        "",
    ]
    for name, command in all_commands().items():
        parts += [f"## {name}", "", "```text", _help(name, command), "```", ""]
    return "\n".join(parts)


def _help(name: str, command: click.Command) -> str:
    with click.Context(
        command, info_name=f"palate {name}", terminal_width=WIDTH, max_content_width=WIDTH
    ) as context:
        return command.get_help(context)
