"""Tuning: search spaces tried on the validation part, the best values written as a recipe."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate_tune.api import tune as tune
    from palate_tune.result import TuningResult as TuningResult

_HOMES = {"tune": "api", "TuningResult": "result"}
__all__ = ["TuningResult", "tune"]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_tune.command import command

    return [command]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'palate_tune' has no attribute {name!r}")
    return getattr(import_module(f"palate_tune.{_HOMES[name]}"), name)
