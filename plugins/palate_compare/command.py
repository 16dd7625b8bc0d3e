"""`palate compare`: which pipeline is better, and how sure one can be of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal

_FILE = click.Path(dir_okay=False, path_type=Path)


class Share(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A share written as `0.5%` or `0.005`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            found = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            found = math.nan
        if not 0 <= found < 1:
            self.fail(f"{text!r} is no share from 0 to below 1; write 0.5% or 0.005", param, ctx)
        return found


@click.command("compare", short_help="Compare recipes or runs on the same users, with tests.")
@click.argument("what", nargs=-1)
@options.settings
@click.option(
    "--vary", multiple=True, metavar="PATH=V1,V2", help="Make a variant for each value; several multiply."
)
@click.option("--seeds", metavar="1,2,3", help="Run each recipe with each seed; people are pooled over them.")
@click.option("--baseline", metavar="NAME", help="Test each entry against this one, not all pairs.")
@click.option(
    "--metric", metavar="NAME", help="What the verdict is about (default: the first of `evaluate`)."
)
@click.option(
    "--threshold",
    type=Share(),
    default="0.5%",
    show_default=True,
    help="The smallest relative difference that matters.",
)
@click.option("--rows", is_flag=True, help="Compare every branch too, not only whole pipelines.")
@click.option(
    "--segment", multiple=True, metavar="user:COLUMN", help="Divide by a column too; or item:COLUMN."
)
@click.option(
    "--import", "imports", multiple=True, metavar="NAME=FILE", help="Judge a ranking made elsewhere."
)
@click.option("--under", metavar="RECIPE", help="Whose data and split imported rankings are judged by.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the resamples.")
@click.option("--anyway", is_flag=True, help="Show figures of different protocols side by side, labelled.")
@click.option("--html", type=_FILE, help="Write a report: one page that needs no network.")
@click.option("--json", type=_FILE, help="Write everything as JSON; here and below - prints it alone.")
@click.option("--csv", type=_FILE, help="Write the pairs as CSV.")
@click.option("--latex", type=_FILE, help="Write the table for LaTeX.")
@click.option("--markdown", type=_FILE, help="Write the table as Markdown.")
@options.store
@options.runs
@click.option("--engine", default="local", show_default=True, help="Where the steps run.")
@click.pass_obj
def command(terminal: Terminal, /, what: tuple[str, ...], seeds: str | None, **given: Any) -> None:
    """Compare recipes, runs or variants of a recipe on the same people.

    WHAT are recipes (files or names), folders of finished runs, or globs of them. What recipes share
    is computed once. Popularity always stands in the table.
    """
    from palate_compare import compare

    files = {name: given.pop(name) for name in ("html", "json", "csv", "latex", "markdown")}
    given["imports"] = dict(_named(text) for text in given["imports"])
    found = compare(*what, seeds=_seeds(seeds), display=not terminal.quiet, **given)
    writers = {name: getattr(found, f"to_{name}") for name, file in files.items() if file is not None}
    for name, write in writers.items():
        if str(files[name]) == "-":
            click.echo(write(), nl=False)
            return
        write(files[name])
    from palate_compare.terminal import show_comparison

    show_comparison(found)
    for name in writers:
        terminal.say(f"written to {files[name]}")


def _named(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not equals or not name or not file:
        raise click.UsageError(f"--import must look like NAME=FILE; got {text!r}")
    return name, Path(file)


def _seeds(text: str | None) -> list[int]:
    try:
        return [int(part) for part in text.split(",")] if text else []
    except ValueError:
        raise click.UsageError(f"--seeds are whole numbers such as 1,2,3; got {text!r}") from None
