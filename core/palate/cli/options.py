"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
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
    """`--store PLACE`."""
    return click.option(
        "--store", metavar="PLACE",
        help="Where computed artifacts are kept: a folder, or s3://bucket/prefix, gs:// or az:// "
        "(default: PALATE_STORE, or the cache folder).",
    )(function)  # fmt: skip


def runs(function: F) -> F:
    """`--runs FOLDER`."""
    return click.option(
        "--runs", "folder", default="runs", show_default=True, metavar="FOLDER",
        type=click.Path(file_okay=False), help="Where runs are written.",
    )(function)  # fmt: skip


def engine(function: F) -> F:
    """`--engine NAME` with `--jobs N` or `--address ADDRESS`, handed over as `engine`, a choice of engine."""

    @wraps(function)
    def with_engine(
        *arguments: Any, engine: str, jobs: int | None, address: str | None, **others: Any
    ) -> Any:
        given = {"jobs": jobs, "address": address}
        chosen = {name: value for name, value in given.items() if value is not None}
        return function(*arguments, engine={"use": engine, **chosen} if chosen else engine, **others)

    for option in (
        click.option("--address", metavar="ADDRESS", help="Of the cluster, with --engine ray."),
        click.option(
            "--jobs", type=click.IntRange(1), metavar="N",
            help="How many independent steps run at once, with the engine local.",
        ),
        click.option("--engine", default="local", show_default=True, help="Where the steps run."),
    ):  # fmt: skip
        with_engine = option(with_engine)
    return with_engine  # type: ignore[return-value]


def track(function: F) -> F:
    """`--track NAME:WHERE`, as often as needed: trackers that are switched on while the command runs."""

    @wraps(function)
    def tracked(*arguments: Any, track: tuple[str, ...], **others: Any) -> Any:
        from palate.tracking.destinations import track as switched_on

        with switched_on(*track):
            return function(*arguments, **others)

    return click.option(
        "--track", multiple=True, metavar="NAME[:WHERE]",
        help="Also record the run elsewhere, such as jsonl:runs.jsonl, tensorboard or mlflow:URI.",
    )(tracked)  # type: ignore[return-value]  # fmt: skip


@dataclass(frozen=True)
class OneUser:
    """Whom a command is asked about: a user of the data by `id`, or one with a `history` of items.

    `history` is what `Pipeline.recommend` and `Pipeline.explain` take beside the id: None for a known
    user, and empty for a new one.
    """

    id: str | None = None
    history: list[str] | None = None


def one_user(*, new: bool = True, required: bool = True) -> Callable[[F], F]:
    """`--user ID`, `--history ITEM ...` and `--new-user`, handed over as `who`, a OneUser.

    More than one of them is an error, and so is none, unless it is not `required`: then `who` is
    None. `new` says whether the command can do anything for a new user.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def with_user(
            *arguments: Any, user: str | None, history: tuple[str, ...], more: tuple[str, ...], **others: Any
        ) -> Any:
            past, unknown = [*history, *more], bool(others.pop("new_user", False))
            given = (user is not None) + bool(past) + unknown
            if given > 1 or (required and not given):
                ways = "--user ID, --history ITEM ..." + (", --new-user" if new else "")
                raise click.UsageError(f"give {'one' if required else 'only one'} of {ways}")
            who = OneUser(user, None if user is not None else past) if given else None
            return function(*arguments, who=who, **others)

        return _user_options(with_user, new)  # type: ignore[return-value]

    return decorate


def _user_options(function: Callable[..., Any], new: bool) -> Callable[..., Any]:
    if new:
        function = click.option("--new-user", is_flag=True, help="A user without any history.")(function)
    function = click.argument("more", nargs=-1)(function)
    function = click.option(
        "--history", multiple=True, metavar="ITEM",
        help="Items that a user interacted with, by id or title, oldest first.",
    )(function)  # fmt: skip
    return click.option("--user", help="The id of a user in the data.")(function)
