"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def settings(function: F) -> F:
    """`--set a.b.c=value`, as often as needed."""
    return click.option(
        "--set", "settings", multiple=True, metavar="PATH=VALUE",
        help="Lay a value over the recipe, such as branches.content.aggregate.half_life=14; null removes.",
    )(function)  # fmt: skip


def store(function: F) -> F:
    """`--store FOLDER`."""
    return click.option(
        "--store", type=click.Path(file_okay=False), metavar="FOLDER",
        help="Where computed artifacts are kept (default: PALATE_STORE, or the cache folder).",
    )(function)  # fmt: skip


def runs(function: F) -> F:
    """`--runs FOLDER`."""
    return click.option(
        "--runs", "folder", default="runs", show_default=True, metavar="FOLDER",
        type=click.Path(file_okay=False), help="Where runs are written.",
    )(function)  # fmt: skip
