"""Runs brought up to date: `palate update RUN`, and the source `grown` that its recipe then has."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate.forgetting import Forgetting
    from palate_update.updating import update as update

__all__ = ["update"]


@hookimpl
def register_sources() -> list[type]:
    from palate_update.grown import Grown

    return [Grown]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_update.command import command

    return [command]


@hookimpl
def on_forget(forgetting: Forgetting) -> None:
    from palate_update.forgetting import forget

    forget(forgetting)


def __getattr__(name: str) -> Any:
    if name != "update":
        raise AttributeError(f"module 'palate_update' has no attribute {name!r}")
    return import_module("palate_update.updating").update
