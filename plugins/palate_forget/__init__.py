"""Users who leave: forgetting, pseudonyms, and exports without those who could be recognised."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate_forget.forgetting import forget as forget
    from palate_forget.keys import Key as Key
    from palate_forget.keys import read_key as read_key
    from palate_forget.receipt import check_receipt as check_receipt

_HOMES = {"forget": "forgetting", "Key": "keys", "read_key": "keys", "check_receipt": "receipt"}
__all__ = ["Key", "check_receipt", "forget", "read_key"]


@hookimpl
def register_cleaners() -> list[type]:
    from palate_forget.exclude import Exclude
    from palate_forget.pseudonyms import Pseudonyms

    return [Exclude, Pseudonyms]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_forget.command import command
    from palate_forget.export_command import command as export
    from palate_forget.pseudonym_command import command as pseudonym

    return [command, pseudonym, export]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'palate_forget' has no attribute {name!r}")
    return getattr(import_module(f"palate_forget.{_HOMES[name]}"), name)
