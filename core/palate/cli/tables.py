"""Runs as tables on the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from palate.cli.titles import listed, named
from palate.cli.titles import shown as title

if TYPE_CHECKING:
    from palate.runs import Run


def console() -> Console:
    """The terminal, as wide as it is; a wide page where the output is piped, so that nothing is cut."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=400)


def show_run(run: Run, as_json: bool = False) -> None:
    """The table, what one user got, and where the run lies; or the metric values as JSON."""
    screen = console()
    found = run.results
    if as_json:
        about = {"folder": str(run.folder), "computed": run.computed}
        click.echo(json.dumps(found | about, default=str))
        return
    screen.print(_fitting(found, screen))
    screen.print(_evaluated(found), style="dim")
    for line in fused(found):
        screen.print(escape(line))
    for line in _example(found["example"]):
        screen.print(line)
    screen.print(_lies(run))


def show_folds(run: Run) -> None:
    """A table for each fold."""
    screen = console()
    for number, fold in enumerate(run.folds, 1):
        found = fold.results | {"recipe": f"fold {number}"}
        parts = found["data"]["parts"]
        sizes = ", ".join(f"{parts[part]:,} {part}" for part in ("train", "validation", "test"))
        screen.print(_fitting(found, screen))
        screen.print(f"{_evaluated(found)}; interactions: {sizes}\n", style="dim")


def _fitting(found: dict[str, Any], screen: Console) -> Table:
    """The table with intervals, or without where they do not fit."""
    table = _table(found, intervals=True)
    wide = screen.options.update(width=1000)
    if screen.measure(table, options=wide).maximum > screen.width:
        return _table(found, intervals=False)
    return table


def _table(found: dict[str, Any], intervals: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2 if intervals else 1, 0, 0))
    table.add_column(escape(str(found["recipe"])), style="bold", no_wrap=True)
    labels = list(found["rows"][0]["metrics"])
    for label in (*labels, "seconds", "peak memory"):
        table.add_column(escape(label), justify="right", no_wrap=intervals, overflow="fold")
    best = {label: _best(found, label) for label in labels}
    for row in found["rows"]:
        values = [_value(row, label, best[label], intervals) for label in labels]
        cost = (f"{row['seconds']:.2f}", f"{row['peak_bytes'] / 1e6:,.0f} MB")
        table.add_row(escape(row["name"]), *values, *cost)
    return table


def _value(row: dict[str, Any], label: str, best: float | None, interval: bool) -> str:
    metric = row["metrics"][label]
    if metric["value"] is None:
        return "-"
    shown = f"{metric['value']:.4f}"
    if interval and metric.get("high") is not None:
        shown += f" ±{(metric['high'] - metric['low']) / 2:.4f}"
    return f"[bold]{shown}[/bold]" if metric["value"] == best else shown


def _best(found: dict[str, Any], label: str) -> float | None:
    """The best value of a column: the highest, or the lowest where less is better."""
    values = [row["metrics"][label]["value"] for row in found["rows"]]
    choose = min if label in found.get("lower_is_better", ()) else max
    return choose((float(value) for value in values if value is not None), default=None)


def _evaluated(found: dict[str, Any]) -> str:
    evaluated, data = found["evaluated"], found["data"]
    where = f" in {len(found['folds'])} folds" if "folds" in found else ""
    new = evaluated["without_history"]
    asked = f" on {evaluated['events']:,} events, each after all before it" if "events" in evaluated else ""
    said = (
        f"{evaluated['users']:,} users evaluated{where}{asked}, {new:,} of them without history; "
        f"{data['items']:,} items, all ranked; ± is half a 95% interval of the mean"
        + (" over events, clustered by user" if asked else "")
    )
    if evaluated["excluded"]:
        said += f"; {evaluated['excluded']:,} excluded, who have no relevant items"
    return said


def fused(found: dict[str, Any]) -> list[str]:
    """How the hybrid weighs its branches, and what each adds on the validation part where it was tuned."""
    row = next((row for row in found["rows"] if row.get("weights")), None)
    if row is None:
        return []
    parts, words = row.get("parts", {}), row.get("words", {})
    lines = ["", f"{row['name']} weighs its branches:"]
    width = max(map(len, row["weights"]))
    for name, weight in sorted(row["weights"].items(), key=lambda item: -item[1]):
        line = f"  {name:<{width}}  {weight:.3f}"
        if weight and name in parts:
            part = parts[name]
            line += f"  adds {part['gain']:+.4f} ±{1.96 * part['error']:.4f} on the validation part"
        lines.append(line + ("" if weight else ", so it is left out"))
        if name in words:
            lines.append(f"  {'':<{width}}  {words[name]}")
    return lines


def _example(shown: dict[str, Any]) -> list[str]:
    latest = listed(shown["latest"])
    lines = ["", f"For user {named(shown['user'])}, whose latest items were {latest}:"]
    for line in shown["recommended"][:5]:
        mark = "  [green]relevant[/green]" if line["relevant"] else ""
        lines.append(f"  {line['rank']}. {title(line['title'])}{mark}")
    return lines


def _lies(run: Run) -> str:
    done = f"{run.computed} steps computed" if run.computed else "nothing had to be computed"
    return f"\n{done}; the run is in [bold]{escape(str(run.folder))}[/bold]"
