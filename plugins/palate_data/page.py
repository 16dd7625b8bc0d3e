"""A data report as one page with pictures."""

from __future__ import annotations

import numpy as np

from palate import __version__
from palate.data import Dataset
from palate.findings.times import date
from palate.report import Column, Html, Page, Point, Section, bars, histogram, line, prose, scatter
from palate_data.counts import density, event_counts, head_share, overlap, span, tail
from palate_data.found import DataReport, Part, Stage

BINS = 40
MARKS = 1500
"""How many events are drawn as points."""


def page(found: DataReport) -> Page:
    """The page: what was read, what stands out, and pictures of what is fitted on."""
    made = Page(f"Data of {found.name}", note=_summary(found), foot=f"Written by palate {__version__}.")
    _findings(made.section("What stands out"), found)
    _read(made.section("What was read"), found)
    _times(made, found.dataset)
    _counts(made.section("Users and items"), found.dataset)
    _parts(made.section("Parts of the split"), found)
    return made


def _summary(found: DataReport) -> str:
    size = found.stages[-1].size
    said = f"{size.events:,} events of {size.users:,} users with {size.items:,} items"
    times = span(found.dataset)
    return said if times is None else f"{said}, {date(times[0])} to {date(times[1])}"


def _findings(section: Section, found: DataReport) -> None:
    for finding in found.findings:
        if finding.level == "warning":
            section.notice(prose(finding.message))
    notes = [prose(finding.message) for finding in found.findings if finding.level == "note"]
    section.bullets(notes)
    if not found.findings:
        section.text("Nothing.")


def _read(section: Section, found: DataReport) -> None:
    if found.files:
        columns = ["file", Column("holds", text=True), "lines of data", Column("columns not used", text=True)]
        rows = [[file.path, file.what, file.lines, ", ".join(file.unused)] for file in found.files]
        section.table(columns, rows, f"Files of the source {found.source}.")
    section.table(_SIZES, _sizes(found.stages), "After each step of the recipe.")


def _times(made: Page, dataset: Dataset) -> None:
    if not dataset.has_times:
        return
    section = made.section("Time")
    time = dataset.interactions["time"].to_numpy()
    counts, edges = np.histogram(time, bins=BINS)
    picture = histogram(counts.tolist(), edges.tolist(), x="time", y="events", scale="date")
    section.figure(picture, "Events over time.")
    order = np.argsort(time, kind="stable")
    _, first = np.unique(dataset.interactions["user"].to_numpy()[order], return_index=True)
    counts, edges = np.histogram(time[order][first], bins=edges)
    picture = histogram(counts.tolist(), edges.tolist(), x="time", y="new users", scale="date", kind="c1")
    section.figure(picture, "Users by the time of their first event.")


def _counts(section: Section, dataset: Dataset) -> None:
    users, items = event_counts(dataset)
    section.table(
        ["", "number", "median events", "90% have at most", "most"],
        [[name, len(each), float(np.median(each)), float(np.quantile(each, 0.9)), int(each.max())]
         for name, each in (("users", users), ("items", items))],
        f"{density(dataset):.2%} of pairs of a user and an item have an event.",
    )  # fmt: skip
    shape = tail(items)
    share = f"The most popular tenth of the items has {head_share(items):.0%} of the events."
    section.figure(
        line({"items": shape}, x="items, most popular first", y="events", x_scale="log", y_scale="log"),
        f"The long tail. {share}",
    )
    top = int(users.max())
    edges = np.unique(np.geomspace(int(users.min()), top + 1, min(BINS, top) + 1).round()).tolist()
    counts, _ = np.histogram(users, bins=edges)
    section.figure(
        histogram(counts.tolist(), edges, x="events of a user", y="users", scale="log", kind="c2"),
        "Users by the length of their history.",
    )
    section.figure(_matrix(dataset), "Events, the most active users and most popular items first.")
    if dataset.has_ratings:
        rating = dataset.interactions["rating"].drop_nulls().drop_nans().to_numpy()
        values, counts = np.unique(rating, return_counts=True)
        if 1 < len(values) <= 12:
            given = {f"{value:g}": float(count) for value, count in zip(values, counts, strict=True)}
            section.figure(bars(given, x="events by their rating", kind="c3"), "Ratings.")


def _matrix(dataset: Dataset) -> Html:
    """A sample of events as points, users and items by their number of events."""
    ranks = []
    for column, n in (("user", dataset.users.height), ("item", len(dataset.items))):
        row = dataset.interactions[column].to_numpy()
        place = np.empty(n, np.int64)
        place[np.argsort(-np.bincount(row, minlength=n), kind="stable")] = np.arange(1, n + 1)
        ranks.append(place[row])
    some = np.unique(np.linspace(0, len(ranks[0]) - 1, MARKS).astype(int))
    points = [
        Point(float(item), float(user)) for user, item in zip(ranks[0][some], ranks[1][some], strict=True)
    ]
    return scatter(points, x="items, most popular first", y="users, most active first")


def _parts(section: Section, found: DataReport) -> None:
    section.table(_SIZES, _sizes(found.parts), "The last of several folds." if found.several else "")
    known = overlap(found.dataset, found.fold)
    given = {f"{kind} of the test part": share for kind, share in known.items()}
    section.figure(
        bars(given, x="share with an event before the test", form=lambda share: f"{share:.0%}"),
        "How the test part overlaps with what was before it. Pairs that were there before are not evaluated.",
    )


_SIZES = ["", "events", "users", "items", "likes"]


def _sizes(rows: tuple[Stage, ...] | tuple[Part, ...]) -> list[list[object]]:
    return [[each.name, each.size.events, each.size.users, each.size.items, each.size.likes] for each in rows]
