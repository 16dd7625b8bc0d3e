"""`palate new-plugin`: a package to be filled in that installs, passes its tests and runs at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_scaffold.command import command

    return [command]
