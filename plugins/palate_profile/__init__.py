"""A user's interests: in words, as a table of vectors, and as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_profile import map_command, profile_command

    return [profile_command.command, map_command.command]
