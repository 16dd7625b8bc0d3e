"""`palate compare`: which pipeline is better, and how sure one can be of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from palate.cli import options
from palate.cli.output import output
from palate.cli.terminal import Terminal


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
@click.argument("inputs", metavar="RECIPE_OR_RUN...", nargs=-1)
@options.settings
@click.option(
    "--vary", multiple=True, metavar="PATH=V1,V2", help="Make a variant for each value; several multiply."
)
@click.option("--seeds", metavar="1,2,3", help="Run each recipe with each seed; users are pooled over them.")
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
@click.option("--branches", is_flag=True, help="Compare every branch too, not only whole pipelines.")
@click.option(
    "--segment", multiple=True, metavar="user:COLUMN", help="Segments by a column too; or item:COLUMN."
)
@click.option(
    "--import", "imports", multiple=True, metavar="NAME=FILE", help="Evaluate a ranking of another tool."
)
@click.option(
    "--protocol-from",
    metavar="RECIPE_OR_RUN",
    help="Whose data and split evaluate imported rankings.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the resamples.")
@click.option(
    "--allow-mixed-protocols", is_flag=True, help="Show values of different protocols too, labelled."
)
@output(".html", ".json", ".csv", ".tex", ".md", what="a report, everything, the pairs, or the table")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@options.store
@options.track
@options.runs
@options.engine
@click.pass_obj
def command(
    terminal: Terminal,
    /,
    inputs: tuple[str, ...],
    seeds: str | None,
    output: tuple[Path, ...],
    as_json: bool,
    **given: Any,
) -> None:
    """Compare recipes, finished runs or variants of a recipe on the same users.

    RECIPE_OR_RUN are recipes (files or names), folders of finished runs, or globs of them. What recipes
    share is computed once. Popularity is always in the table.
    """
    from palate_compare import compare

    given["imports"] = dict(_named(text) for text in given["imports"])
    found = compare(*inputs, seeds=_seeds(seeds), display=not terminal.quiet, **given)
    for file in output:
        found.write(file)
    if as_json:
        click.echo(found.to_json(), nl=False)
        return
    from palate_compare.terminal import show_comparison

    show_comparison(found)
    for file in output:
        terminal.say(f"written to {file}")


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
