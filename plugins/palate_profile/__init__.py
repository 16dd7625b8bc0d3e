"""A user's interests: in words, as a table of vectors, and as a map."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate_profile.branches import interest_branch as interest_branch
    from palate_profile.interest_profile import interest_profile as interests_in_words

_HOMES = {
    "interest_branch": ("branches", "interest_branch"),
    "interests_in_words": ("interest_profile", "interest_profile"),
}
__all__ = ["interest_branch", "interests_in_words"]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_profile import map_command, profile_command

    return [profile_command.command, map_command.command]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'palate_profile' has no attribute {name!r}")
    module, inside = _HOMES[name]
    return getattr(import_module(f"palate_profile.{module}"), inside)
