"""`palate recommend`: what a fitted run recommends to a user."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    import polars as pl

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_BESIDE = 30  # columns that rank, id and score take beside a title


@click.command("recommend")
@click.argument("run", type=click.Path(path_type=Path))
@options.one_user()
@click.option(
    "-k", "--top", default=10, show_default=True, type=click.IntRange(min=1), help="How many items."
)
@click.option("--include-seen", is_flag=True, help="Also items that the user has interacted with.")
@click.option("--only", multiple=True, metavar="ID", help="Recommend nothing but these items.")
@click.option("--exclude", multiple=True, metavar="ID", help="Recommend none of these items.")
@click.option(
    "--only-file",
    type=_FILE,
    metavar="FILE",
    help="Nothing but the items in FILE: one id a line, or a table.",
)
@click.option("--exclude-file", type=_FILE, metavar="FILE", help="None of the items in FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(
    terminal: Terminal,
    run: Path,
    who: options.OneUser,
    top: int,
    include_seen: bool,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    only_file: Path | None,
    exclude_file: Path | None,
    as_json: bool,
) -> None:
    """Recommend items from RUN, the folder of a finished run or of a pipeline that `palate fit` wrote.

    For a user of the data: --user 42. For any other, by the items they interacted with:
    --history "Toy Story (1995)" "Star Wars (1977)". For a new user: --new-user.

    Items in --only, --exclude and their files are given by id.
    """
    from palate.pipeline import Pipeline
    from palate.pipeline.shortage import OPTION

    pipeline = Pipeline.load(run)
    found = pipeline.answer(
        who.id, who.history, top, include_seen, _ids(only, only_file), _ids(exclude, exclude_file)
    )
    if as_json:
        click.echo(json.dumps(found.frame.to_dicts(), ensure_ascii=False, default=str))
    elif found.frame.height:
        _show(found.frame)
    for remark in found.remarks:
        terminal.say(remark.replace(OPTION, "--include-seen"))


def _ids(given: Sequence[str], file: Path | None) -> list[str] | None:
    """The ids of the command line and of the file, None where neither is given."""
    from palate.cli.shelf import shelf

    return [*given, *(shelf(file) if file is not None else [])] if given or file is not None else None


def _show(frame: pl.DataFrame) -> None:
    from rich.table import Table

    from palate.cli.tables import console
    from palate.cli.titles import LEAST, WIDTH, named, shown

    screen = console()
    width = max(LEAST, min(WIDTH, screen.width - _BESIDE))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("rank", justify="right")
    table.add_column("title", no_wrap=True)
    table.add_column("item", justify="right", overflow="fold")
    table.add_column("score", justify="right")
    for line in frame.iter_rows(named=True):
        table.add_row(
            str(line["rank"]), _title(line, width, shown), named(line["item"]), f"{line['score']:.4f}"
        )
    screen.print(table)


def _title(line: dict[str, Any], width: int, shown: Any) -> str:
    """The title, or the id where nothing of it can be shown."""
    text: str = shown(line["title"], width)
    return text or str(shown(line["item"], width))
