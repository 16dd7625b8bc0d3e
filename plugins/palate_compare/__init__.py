"""Comparing pipelines on the same users: how large a difference is, and how sure one can be of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate_compare.api import compare as compare
    from palate_compare.comparison import Comparison as Comparison
    from palate_compare.protocols import ProtocolMismatch as ProtocolMismatch

_HOMES = {"compare": "api", "Comparison": "comparison", "ProtocolMismatch": "protocols"}
__all__ = ["Comparison", "ProtocolMismatch", "compare"]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_compare.command import command

    return [command]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'palate_compare' has no attribute {name!r}")
    return getattr(import_module(f"palate_compare.{_HOMES[name]}"), name)
