"""What all commands share: their common options, and remarks beside the result."""

from __future__ import annotations

import os
from dataclasses import dataclass

import click


@dataclass
class Terminal:
    """How much the user wants to see."""

    quiet: bool = False
    debug: bool = False

    def say(self, text: str) -> None:
        """A remark beside the result: on stderr, and not at all with `--quiet`."""
        if not self.quiet:
            click.echo(text, err=True, color=colour())


def colour() -> bool | None:
    """False where the user wants none (NO_COLOR), else None: colour on a terminal only."""
    return False if os.environ.get("NO_COLOR") else None


def share_options(command: click.Command) -> click.Command:
    """Give a command and its subcommands `--quiet` and `--debug`, where those names are free."""
    taken = {name for option in command.params for name in option.opts}
    command.params += [option for option in _options() if not taken.intersection(option.opts)]
    for inner in getattr(command, "commands", {}).values():
        share_options(inner)
    return command


def _options() -> list[click.Option]:
    def switch(*names: str, shown: str) -> click.Option:
        return click.Option(names, is_flag=True, expose_value=False, callback=_set, help=shown)

    return [
        switch("-q", "--quiet", shown="Print results only."),
        switch("--debug", shown="Show the traceback of an error."),
    ]


def _set(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        setattr(context.ensure_object(Terminal), str(option.name), True)
