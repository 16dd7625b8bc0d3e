"""A comparison on the terminal: the table, the verdict, the warnings."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from palate.cli.tables import console
from palate_compare import Comparison
from palate_compare.formatting import from_the_side_of, number, other, signed

_COLOURS = {"better": "green", "worse": "red"}


def show_comparison(found: Comparison) -> None:
    """The table, the verdict in words, the warnings, and the protocol's fingerprint."""
    screen = console()
    if found.protocol.differences:
        screen.print(
            "[red bold]NOT COMPARABLE[/red bold]: different protocols, shown because of "
            "--allow-mixed-protocols"
        )
        for line in found.protocol.differences:
            screen.print(f"  {escape(line)}", style="red")
        screen.print()
    screen.print(_fitting(found, screen))
    screen.print(f"\n{_protocol(found)}\n", style="dim")
    for line in found.verdict.splitlines():
        screen.print(escape(line))
    if found.warnings:
        screen.print()
    for each in found.warnings:
        screen.print(
            f"[yellow]{escape(each.kind)}[/yellow]: {escape(each.message)}. To fix it: {escape(each.fix)}."
        )


def _fitting(found: Comparison, screen: Console) -> Table:
    """The table with all its columns, or where they do not fit with the metric of the verdict alone."""
    for reduced in (False, True):
        table = _table(found, reduced)
        if screen.measure(table, options=screen.options.update(width=1000)).maximum <= screen.width:
            return table
    return table


def _table(found: Comparison, reduced: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(f"by {escape(found.metric)}", style="bold")
    metrics = [name for name in found.table.columns if name not in ("name", "users", "seconds", "peak_gb")]
    shown = [found.metric] if reduced else metrics
    for title in (*shown, f"against {found.reference}", *(() if reduced else ("seconds", "peak memory"))):
        table.add_column(escape(title), justify="right")
    best = {metric: _best(found, metric) for metric in metrics}
    lines = {other(line, found.reference): line for line in found.against().to_dicts()}
    for row in found.table.to_dicts():
        values = [
            f"[bold]{number(row[metric])}[/bold]" if row[metric] == best[metric] else number(row[metric])
            for metric in shown
        ]
        cost = () if reduced else (
            number(row["seconds"]), "-" if row["peak_gb"] is None else f"{row['peak_gb'] * 1e3:,.0f} MB"
        )  # fmt: skip
        table.add_row(escape(row["name"]), *values, _against(lines.get(row["name"]), row["name"]), *cost)
    return table


def _best(found: Comparison, metric: str) -> Any:
    column = found.table[metric].drop_nans()
    return column.min() if metric in found.lower_is_better else column.max()


def _against(line: dict[str, Any] | None, name: str) -> str:
    """How the entry differs from the reference."""
    if line is None:
        return "-"
    turned = from_the_side_of(line, name)
    colour = _COLOURS.get(turned["verdict"])
    word = f"[{colour}]{turned['verdict']}[/{colour}]" if colour else turned["verdict"]
    return f"{signed(turned['difference'])} {word}"


def _protocol(found: Comparison) -> str:
    users = f"{found.paired.who}, paired; " if len(found.paired) else ""
    mixed, fingerprint = found.protocol.differences, found.protocol.fingerprint
    said = "different protocols" if mixed else f"protocol {fingerprint}"
    return (
        f"{users}{said}; a difference below {found.threshold:.1%} does not matter; "
        "95% intervals by bootstrap, p by sign flips after Holm"
    )
