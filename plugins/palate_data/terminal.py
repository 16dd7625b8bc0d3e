"""A data report on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from palate.cli.tables import console
from palate.findings.times import DAY, date
from palate_data.counts import density, event_counts, head_share, overlap, span
from palate_data.found import DataReport, Part, Stage

SHOWN = 4
"""How many unused columns of a file are named."""


def show(found: DataReport) -> None:
    screen = console()
    screen.print(f"[bold]{escape(found.name)}[/bold], source {escape(found.source)}")
    for file in found.files:
        lines = "" if file.lines is None else f", {file.lines:,} lines of data"
        more = len(file.unused) - SHOWN
        rest = f" and {more} more" if more > 0 else ""
        unused = f"; not used: {', '.join(file.unused[:SHOWN])}{rest}" if file.unused else ""
        screen.print(escape(f"{file.what} {file.path}{lines}{unused}"), soft_wrap=True, style="dim")
    _sizes(screen, "after", found.stages)
    _sizes(screen, "last fold" if found.several else "part", found.parts)
    _sums(screen, found)
    _findings(screen, found)


def _sizes(screen: Console, title: str, rows: tuple[Stage, ...] | tuple[Part, ...]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(title, style="bold", no_wrap=True)
    for name in ("events", "users", "items", "likes"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        size = row.size
        table.add_row(
            escape(row.name), *(f"{n:,}" for n in (size.events, size.users, size.items, size.likes))
        )
    screen.print()
    screen.print(table)


def _sums(screen: Console, found: DataReport) -> None:
    users, items = event_counts(found.dataset)
    known = overlap(found.dataset, found.fold)
    lines = [
        f"events per user: median {_median(users):g}, most {users.max():,}; per item: median "
        f"{_median(items):g}, most {items.max():,}; the most popular tenth of items has "
        f"{head_share(items):.0%} of events",
        f"{density(found.dataset):.2%} of pairs of a user and an item have an event",
        f"of the test part, {known['users']:.0%} of users, {known['items']:.0%} of items and "
        f"{known['pairs']:.0%} of pairs have events before",
    ]
    times = span(found.dataset)
    if times is not None:
        lines.append(f"{date(times[0])} to {date(times[1])}, {(times[1] - times[0]) / DAY:,.1f} days")
    screen.print()
    for line in lines:
        screen.print(line, soft_wrap=True)


def _findings(screen: Console, found: DataReport) -> None:
    if found.findings:
        screen.print()
    for finding in found.findings:
        style = "yellow" if finding.level == "warning" else "dim"
        screen.print(f"[{style}]{finding.level}[/{style}]: {escape(finding.message)}", soft_wrap=True)


def _median(counts: object) -> float:
    import numpy as np

    return float(np.median(counts))  # type: ignore[call-overload]
