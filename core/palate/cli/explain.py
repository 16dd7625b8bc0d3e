"""`palate explain`: why an item has its score for a user."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palate.cli import options

if TYPE_CHECKING:
    from rich.table import Table

    from palate.pipeline.explain import Explanation

_WIDTH = 30
_NAMED = 3
_BESIDE = 16 + _WIDTH  # columns that a value and its bar take beside a name


@click.command("explain")
@click.argument("run", type=click.Path(path_type=Path))
@options.one_user()
@click.option("--item", required=True, help="The item, by id or title.")
@click.option(
    "-k", "--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many lines."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run: Path, who: options.OneUser, item: str, top: int, as_json: bool) -> None:
    """Show what an item's score for a user is made of, in RUN.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. The parts are what
    each branch adds, and what each item of the user's history adds; they sum up to the score. For a
    neural network an item adds what the score loses when the item is left out of the history.
    """
    from palate.pipeline import Pipeline

    pipeline = Pipeline.load(run)
    found = pipeline.explain(item, who.id, who.history)
    if as_json:
        plain = as_plain(found, pipeline.items.ids.to_list())
        click.echo(json.dumps(plain, ensure_ascii=False, default=str))
        return
    _show(found, top, bool(pipeline.rerankers))


def as_plain(found: Explanation, ids: list[Any]) -> dict[str, Any]:
    """The explanation as JSON holds it, with ids in place of row numbers."""
    branches = [
        {
            "name": part.name, "ranker": part.ranker, "score": part.score, "adds": part.adds,
            "rest": part.rest, "exact": part.exact,
        }
        for part in found.branches
    ]  # fmt: skip
    history = [
        {"item": ids[line.pop("item")], **line}
        for line in found.frame().to_dicts()
    ]  # fmt: skip
    about = {"item": ids[found.item], "title": found.title, "score": found.score, "place": found.place}
    return about | {"fallback": found.fallback, "branches": branches, "history": history, "rest": found.rest}


def _show(found: Explanation, top: int, reordered: bool) -> None:
    from rich.markup import escape

    from palate.cli.tables import console
    from palate.cli.titles import shown as title

    screen = console()
    place = "seen already" if found.place is None else f"place {found.place:,}"
    behind = " before reranking" if reordered and found.place is not None else ""
    screen.print(
        f"[bold]{title(found.title)}[/bold]: score {found.score:.4f}, {place}{behind}", soft_wrap=True
    )
    screen.print(in_words(found), soft_wrap=True)
    branches = [(escape(f"{part.name} ({part.ranker})"), part.adds) for part in found.branches]
    if found.rest:
        branches.append(("scaling beside other items", found.rest))
    if len(branches) > 1:
        screen.print(_bars("what each branch adds", branches))
    width = max(20, min(60, screen.width - _BESIDE))
    past = [(title(line["title"], width), float(line["adds"])) for line in found.frame().to_dicts()]
    if not past or all(part.past is None for part in found.branches):
        return
    strong = sorted(range(len(past)), key=lambda at: -abs(past[at][1]))[:top]
    shown, others = [past[at] for at in sorted(strong)], len(past) - len(strong)
    total = sum(adds for _, adds in past)
    if others:
        shown.append((f"{others} more", total - sum(adds for _, adds in shown)))
    exact = all(part.exact for part in found.branches)
    shown.append(("not from the history" if exact else "the rest, and all together", found.total - total))
    screen.print(_bars("what each item of the history adds", shown))


def in_words(found: Explanation) -> str:
    """The explanation in a few sentences, as rich prints it."""
    from rich.markup import escape

    if found.fallback:
        return f"No branch can serve this user, so the fallback '{escape(found.branches[0].ranker)}' does."
    said = []
    if len(found.branches) > 1:
        said.append(_top("branch", [(escape(part.name), part.adds) for part in found.branches]))
    if any(part.past is not None for part in found.branches) and len(found.history):
        said.append(_top("item of the history", _items(found)))
    silent = [part.name for part in found.branches if part.score is None]
    if silent:
        said.append(f"No opinion: {escape(', '.join(silent))}.")
    whole = [part.name for part in found.branches if part.past is None and part.adds]
    if whole:
        said.append(f"Not broken down by item: {escape(', '.join(whole))}.")
    changes = [part.name for part in found.branches if not part.exact and part.past is not None]
    if changes:
        said.append(
            f"The score of {escape(', '.join(changes))} is no sum over the history: an item's part is by how "
            "much the score falls when the item is left out."
        )
    return " ".join(said)


def _items(found: Explanation) -> list[tuple[str, float]]:
    from palate.cli.titles import shown

    return [(shown(line["title"], 40), float(line["adds"])) for line in found.frame().to_dicts()]


def _top(what: str, parts: list[tuple[str, float]]) -> str:
    """The parts that add most, with what they add; that there are none where nothing adds."""
    adding = sorted((part for part in parts if part[1] > 0), key=lambda part: -part[1])[:_NAMED]
    if not adding:
        return f"No {what} adds to the score."
    named = ", ".join(f"{name} ({adds:+.4f})" for name, adds in adding)
    kind = "branches" if what == "branch" else "items of the history"
    return f"Top contributors among {kind}: {named}."


def _bars(title: str, values: list[tuple[str, float]]) -> Table:
    """A line for each value, with a bar to the right where it is positive, else to the left."""
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
        table.add_row(name, f"{value:+.4f}", right if value >= 0 else left)
    table.show_header = False
    return table
