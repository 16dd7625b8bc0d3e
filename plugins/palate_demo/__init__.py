"""`palate demo`: small data of seven domains, with planted tastes, for the recipes of the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_demo.command import command

    return [command]
