"""`palate profile`: a person's interests in words, and everybody's as vectors."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate_profile.portrait import Portrait


@click.command("profile", short_help="Show a user's interests in words, or write all vectors.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--user", help="The id of somebody in the data.")
@click.option(
    "--history", multiple=True, metavar="ITEM", help="What anybody met, by id or title, oldest first."
)
@click.argument("more", nargs=-1)
@click.option("--branch", help="Whose interests, where several branches make some.")
@click.option(
    "-k", "--top", default=8, show_default=True, type=click.IntRange(1, 100), help="How many of each."
)
@click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the vectors of all users and items to a Parquet file.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    terminal: Terminal,
    run: Path,
    user: str | None,
    history: tuple[str, ...],
    more: tuple[str, ...],
    branch: str | None,
    top: int,
    export: Path | None,
    as_json: bool,
) -> None:
    """Show a person's interests in RUN, in words.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. For each interest:
    words and attributes that stand out against what everybody met, and the items nearest to it.
    """
    past = [*history, *more]
    if user is not None and past:
        raise click.UsageError("give --user ID or --history ITEM ..., not both")
    if user is None and not past and export is None:
        raise click.UsageError("give --user ID, --history ITEM ..., or --export FILE")
    from palate_profile.branches import interest_branch, open_pipeline
    from palate_profile.export import vectors_table
    from palate_profile.portrait import portrait

    pipeline = open_pipeline(run)
    chosen = interest_branch(pipeline, branch)
    found = None
    if user is not None or past:
        query = pipeline.lookup.query(user, None if user is not None else past)
        found = portrait(pipeline, chosen, query, user, top)
    if export is not None:
        from palate.paths import write_whole

        data, table = BytesIO(), vectors_table(pipeline, chosen)
        table.write_parquet(data)
        write_whole(export, data.getvalue())
        terminal.say(f"{table.height:,} vectors in {export}")
    if found is not None and as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
    elif found is not None:
        _show(found)


def _show(found: Portrait) -> None:
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
        for kind, signs in interest.signs.items():
            said = ", ".join(
                f"{shown(sign.name, 40)} ({sign.share:.0%}, average {sign.average:.0%})" for sign in signs
            )
            screen.print(f"  {escape(kind):<12} {said}", soft_wrap=True)
        near = ", ".join(
            f"{shown(item.title, 40)} {item.cosine:.2f}{' (seen)' if item.met else ''}"
            for item in interest.nearest
        )
        screen.print(f"  {'nearest':<12} {near}", soft_wrap=True)
