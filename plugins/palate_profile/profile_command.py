"""`palate profile`: a user's interests in words, and the vectors of all users and items."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palate.cli import options
from palate.cli.output import output
from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate.pipeline import FittedBranch, Pipeline
    from palate_profile.interest_profile import InterestProfile


@click.command("profile", short_help="Show a user's interests in words, or write all vectors.")
@click.argument("run", type=click.Path(path_type=Path))
@options.one_user(new=False, required=False)
@click.option("--branch", help="Whose interests, where several branches make some.")
@click.option(
    "-k", "--top", default=8, show_default=True, type=click.IntRange(1, 100), help="How many of each."
)
@output(".parquet", what="the vectors of all users and items")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    terminal: Terminal,
    run: Path,
    who: options.OneUser | None,
    branch: str | None,
    top: int,
    output: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show a user's interests in RUN, in words.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. For each interest:
    words and attributes that are distinctive of it against those of all users, and the items nearest to it.
    """
    if who is None and not output:
        raise click.UsageError("give --user ID, --history ITEM ..., or --output FILE.parquet")
    from palate_profile.branches import interest_branch, open_pipeline
    from palate_profile.interest_profile import interest_profile

    pipeline = open_pipeline(run)
    chosen = interest_branch(pipeline, branch)
    found = None
    if who is not None:
        query = pipeline.lookup.query(who.id, who.history)
        found = interest_profile(pipeline, chosen, query, who.id, top)
    _export(pipeline, chosen, output, terminal)
    if found is not None and as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
    elif found is not None:
        _show(found)


def _export(pipeline: Pipeline, branch: FittedBranch, files: tuple[Path, ...], terminal: Terminal) -> None:
    """The vectors of all users and items, in each of these files."""
    if not files:
        return
    from palate.paths import write_whole
    from palate_profile.export import vectors_table

    data, table = BytesIO(), vectors_table(pipeline, branch)
    table.write_parquet(data)
    for file in files:
        write_whole(file, data.getvalue())
        terminal.say(f"{table.height:,} vectors in {file}")


def _show(found: InterestProfile) -> None:
    from rich.markup import escape

    from palate.cli.tables import console
    from palate.cli.titles import shown

    screen = console()
    who = f"user {shown(found.user)}" if found.user is not None else "this history"
    screen.print(
        f"[bold]{who}[/bold], {found.items:,} items in the history; branch {escape(found.branch)}",
        soft_wrap=True,
    )
    for number, interest in enumerate(found.interests, 1):
        if len(found.interests) > 1:
            screen.print(f"\n[bold]interest {number}[/bold], {interest.share:.0%} of the items")
        for kind, features in interest.features.items():
            said = ", ".join(
                f"{shown(each.name, 40)} ({each.share:.0%}, average {each.average:.0%})" for each in features
            )
            screen.print(f"  {escape(kind):<12} {said}", soft_wrap=True)
        near = ", ".join(
            f"{shown(item.title, 40)} {item.cosine:.2f}{' (seen)' if item.seen else ''}"
            for item in interest.nearest
        )
        screen.print(f"  {'nearest':<12} {near}", soft_wrap=True)
