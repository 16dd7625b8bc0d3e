"""`palate recommend`: what a fitted run has for somebody."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("recommend")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--user", help="The id of somebody in the data.")
@click.option(
    "--history", multiple=True, metavar="ITEM", help="What anybody met, by id or title, oldest first."
)
@click.argument("more", nargs=-1)
@click.option("--nobody", is_flag=True, help="Recommend for a person of whom nothing is known.")
@click.option("-k", "--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--seen", is_flag=True, help="Also items that the person has met already.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    run: Path,
    user: str | None,
    history: tuple[str, ...],
    more: tuple[str, ...],
    nobody: bool,
    top: int,
    seen: bool,
    as_json: bool,
) -> None:
    """Recommend items from RUN, the folder of a finished run or of a pipeline that `palate fit` wrote.

    For a known person: --user 42. For anybody, by what they met:
    --history "Toy Story (1995)" "Star Wars (1977)". For a newcomer: --nobody.
    """
    from palate.pipeline import Pipeline

    past = [*history, *more]
    if (user is not None) + bool(past) + nobody != 1:
        raise click.UsageError("give one of --user ID, --history ITEM ..., or --nobody")
    inside = run / "pipeline"
    pipeline = Pipeline.load(inside if inside.is_dir() else run)
    frame = pipeline.recommend(user, None if user is not None else past, top, mask_seen=not seen)
    if as_json:
        click.echo(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str))
        return
    from rich.markup import escape
    from rich.table import Table

    from palate.cli.tables import console

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column, side in (("rank", "right"), ("title", "left"), ("item", "right"), ("score", "right")):
        table.add_column(column, justify="right" if side == "right" else "left")
    for line in frame.to_dicts():
        table.add_row(
            str(line["rank"]), escape(str(line["title"])), escape(str(line["item"])), f"{line['score']:.4f}"
        )
    console().print(table)
