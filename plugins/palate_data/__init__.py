"""The data report: what a recipe's data are, what each step takes out, and what stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_data.command import command

    return [command]
