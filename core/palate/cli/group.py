"""`palate` as a click group whose commands are imported when they are run."""

from __future__ import annotations

import faulthandler
import os
import traceback
from contextlib import suppress
from importlib import import_module

import click

from palate.cli.overview import COMMANDS, COMPLETION, command_help, overview
from palate.cli.terminal import Terminal, share_options
from palate.errors import ComponentError, closest
from palate.late import load_late


class Palate(click.Group):
    """The core's commands from a table, and those of plugins when another name is given."""

    def get_help(self, ctx: click.Context) -> str:
        return overview()

    def list_commands(self, ctx: click.Context) -> list[str]:
        own, others = command_help()
        return [*own, *others]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            return share_options(_built_in(cmd_name))
        from palate.registry.commands import find_command

        command = find_command(cmd_name)
        return command and share_options(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise click.UsageError(_unknown(args[0]), ctx)
        return super().resolve_command(ctx, args)


def run(words: list[str]) -> int:
    """Run one command line. Raises whatever the command raises, and click's own exceptions."""
    from palate import __version__

    if not faulthandler.is_enabled():
        with suppress(Exception):  # standard error may be no file
            faulthandler.enable()  # names the plugin's file where a library takes Python down
    load_late("polars", "scipy.sparse")  # a mistake in a recipe or a command line needs neither
    group = Palate("palate", params=[], context_settings={"help_option_names": ["-h", "--help"]})
    click.version_option(__version__, prog_name="palate", message="%(prog)s %(version)s")(group)
    share_options(group)
    instruction = os.environ.get(COMPLETION)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(group, {"obj": Terminal()}, "palate", COMPLETION, instruction)
    with group.make_context("palate", list(words), obj=Terminal()) as context:
        try:
            group.invoke(context)
        except SystemExit as error:
            if isinstance(error.__context__, BrokenPipeError):  # by rich, where nobody reads on
                raise error.__context__ from None
            if context.invoked_subcommand not in command_help()[0]:
                raise
            raise _ended(error) from error
    return 0


def all_commands() -> dict[str, click.Command]:
    """Every command by name: palate's own in the order of help, then those of third parties."""
    from palate.registry import installed

    theirs = installed().commands
    own, others = command_help()
    return {name: _built_in(name) if name in COMMANDS else theirs[name] for name in (*own, *others)}


def _built_in(name: str) -> click.Command:
    module, _ = COMMANDS[name]
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise click.UsageError(f"the command {name!r} is not part of this installation") from None
    command: click.Command = found.command
    return command


def _ended(error: SystemExit) -> ComponentError:
    """That a component ended the program: a command of palate never does, and it is no success."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return ComponentError(
        f"a component tried to end the program with sys.exit({error.code!r}), "
        f"in {frame.filename}:{frame.lineno}"
    )


def _unknown(name: str) -> str:
    from palate.registry import installed

    registry = installed()
    text = f"there is no command {name!r}.{closest(name, [*COMMANDS, *registry.commands])}"
    failures = registry.hooks.failures
    return text + (f" Not loaded: {'; '.join(map(str, failures))}." if failures else "")
