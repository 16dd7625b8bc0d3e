"""`palate explain`: why somebody is recommended something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from palate.pipeline.explain import Explanation

_WIDTH = 30


@click.command("explain")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--user", help="The id of somebody in the data.")
@click.option(
    "--history", multiple=True, metavar="ITEM", help="What anybody met, by id or title, oldest first."
)
@click.argument("more", nargs=-1)
@click.option("--nobody", is_flag=True, help="For a person of whom nothing is known.")
@click.option("--item", required=True, help="The item, by id or title.")
@click.option(
    "-k", "--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many lines."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    run: Path,
    user: str | None,
    history: tuple[str, ...],
    more: tuple[str, ...],
    nobody: bool,
    item: str,
    top: int,
    as_json: bool,
) -> None:
    """Say why a person has the score they have for an item, in RUN.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. The parts are what
    each branch adds, and what each thing the person met adds; they sum up to the score.
    """
    from palate.pipeline import Pipeline

    past = [*history, *more]
    if (user is not None) + bool(past) + nobody != 1:
        raise click.UsageError("give one of --user ID, --history ITEM ..., or --nobody")
    inside = run / "pipeline"
    pipeline = Pipeline.load(inside if inside.is_dir() else run)
    found = pipeline.explain(item, user, None if user is not None else past)
    if as_json:
        shown = as_plain(found, pipeline.items.ids.to_list())
        click.echo(json.dumps(shown, ensure_ascii=False, default=str))
        return
    _show(found, top, bool(pipeline.rerankers))


def as_plain(found: Explanation, ids: list[Any]) -> dict[str, Any]:
    """The explanation as JSON holds it, with ids in place of row numbers."""
    branches = [
        {"name": part.name, "ranker": part.ranker, "score": part.score, "adds": part.adds, "rest": part.rest}
        for part in found.branches
    ]
    met = [
        {"item": ids[line.pop("item")], **line}
        for line in found.frame().to_dicts()
    ]  # fmt: skip
    about = {"item": ids[found.item], "title": found.title, "score": found.score, "place": found.place}
    return about | {"fallback": found.fallback, "branches": branches, "met": met, "rest": found.rest}


def _show(found: Explanation, top: int, reordered: bool) -> None:
    from rich.markup import escape

    from palate.cli.tables import console

    screen = console()
    place = "met already" if found.place is None else f"place {found.place:,}"
    behind = " before it is reordered" if reordered and found.place is not None else ""
    screen.print(f"[bold]{escape(found.title)}[/bold]: score {found.score:.4f}, {place}{behind}")
    screen.print(escape(in_words(found)))
    branches = [(f"{part.name} ({part.ranker})", part.adds) for part in found.branches]
    if found.rest:
        branches.append(("bringing it to the scale of other items", found.rest))
    if len(branches) > 1:
        screen.print(_bars("what each branch adds", branches))
    past = [(str(line["title"]), float(line["adds"])) for line in found.frame().to_dicts()]
    if not past or all(part.past is None for part in found.branches):
        return
    strong = sorted(range(len(past)), key=lambda at: -abs(past[at][1]))[:top]
    shown, others = [past[at] for at in sorted(strong)], len(past) - len(strong)
    total = sum(adds for _, adds in past)
    if others:
        shown.append((f"{others} more", total - sum(adds for _, adds in shown)))
    shown.append(("what does not come from the past", found.total - total))
    screen.print(_bars("what each thing that was met adds", shown))


def in_words(found: Explanation) -> str:
    """The explanation in a sentence or two."""
    if found.fallback:
        return f"No branch can serve this person, so they get what '{found.branches[0].ranker}' gives."
    strongest = max(found.branches, key=lambda part: part.adds)
    said = f"Most comes from the branch '{strongest.name}'." if len(found.branches) > 1 else ""
    best = [line["title"] for line in found.frame().head(3).to_dicts() if line["adds"] > 0]
    if best:
        said += f" What speaks for it most is that they met {' and '.join(best[:2])}."
    silent = [part.name for part in found.branches if part.score is None]
    if silent:
        said += f" No opinion: {', '.join(silent)}."
    whole = [part.name for part in found.branches if part.past is None and part.adds]
    if whole:
        said += f" As a whole, not by what was met: {', '.join(whole)}."
    return said.strip()


def _bars(title: str, values: list[tuple[str, float]]) -> Table:
    """A line a value, with a bar to the right of the middle where it adds and to the left where it takes."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title, title_justify="left")
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify, overflow="fold")
    longest = max(abs(value) for _, value in values) or 1.0
    negative = min(value for _, value in values) < 0
    for name, value in values:
        length = round(_WIDTH / (2 if negative else 1) * abs(value) / longest)
        half = " " * (_WIDTH // 2)
        right = (half if negative else "") + f"[green]{'█' * length}[/green]"
        left = " " * (_WIDTH // 2 - length) + f"[red]{'█' * length}[/red]"
        table.add_row(escape(str(name)), f"{value:+.4f}", right if value >= 0 else left)
    table.show_header = False
    return table
