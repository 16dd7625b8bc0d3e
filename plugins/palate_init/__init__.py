"""`palate init`: a first recipe for files that have not been described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_init.command import command

    return [command]
