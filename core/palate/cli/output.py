"""The option `-o/--output FILE` of commands that write files: the file's suffix says its format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from palate.errors import either

F = TypeVar("F", bound=Callable[..., Any])


class OutputFile(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A path that ends in one of these suffixes."""

    name = "file"

    def __init__(self, suffixes: Sequence[str]) -> None:
        self.suffixes = tuple(suffixes)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.suffix.lower() not in self.suffixes:
            self.fail(
                f"{str(value)!r} must end in {either(self.suffixes)}, which says the format", param, ctx
            )
        if path.is_dir():
            self.fail(f"{str(value)!r} is a folder", param, ctx)
        return path


def output(*suffixes: str, what: str, **options: Any) -> Callable[[F], F]:
    """`-o/--output FILE`, as often as needed, handed over as `output`, a tuple of paths.

    `what` is written to a file, in words. Further `options` are those of click.
    """
    return click.option(
        "-o", "--output", type=OutputFile(suffixes), multiple=True, metavar="FILE",
        help=f"Write {what}, in the format of the suffix: {either(suffixes)}. May be repeated.", **options,
    )  # fmt: skip
