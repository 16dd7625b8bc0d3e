"""The pictures of a comparison: paired differences, accuracy against coverage and cost."""

from __future__ import annotations

from typing import Any

from palate.report import Html, Interval, Point, Section, intervals, scatter
from palate_compare.formatting import from_the_side_of, other, signed

KINDS = {"better": "good", "worse": "bad"}


def against_reference(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The pair of each entry with the reference in the metric of the verdict, by entry and about it."""
    reference, metric = found["reference"], found["metric"]
    lines = [
        from_the_side_of(line, other(line, reference))
        for line in found["pairs"]
        if line["metric"] == metric and reference in (line["first"], line["second"])
    ]
    return {line["first"]: line for line in lines}


def forest(found: dict[str, Any]) -> Html:
    """Paired differences from the reference with their intervals; the band is the smallest threshold."""
    lines = [line for line in against_reference(found).values() if line["low"] is not None]
    limit = min((line["threshold"] for line in lines), default=0.0)
    rows = [
        Interval(
            line["first"], line["difference"], line["low"], line["high"], KINDS.get(line["verdict"], "mark"),
            f"{line['first']}: {signed(line['difference'])} ({signed(line['low'])} to "
            f"{signed(line['high'])}), {line['verdict']}",
        )
        for line in lines
    ]  # fmt: skip
    return intervals(
        rows, x=f"difference in {found['metric']} from {found['reference']}", band=(-limit, limit)
    )


def coverage_and_cost(found: dict[str, Any], section: Section) -> None:
    """The metric of each entry against its coverage, where that was measured, and its time."""
    entries, metric = found["entries"], found["metric"]
    value = {entry["name"]: entry["metrics"][metric]["value"] for entry in entries}
    coverage = next((name for name in entries[0]["metrics"] if name.startswith("coverage")), None)
    if coverage:
        covered = [Point(e["metrics"][coverage]["value"], value[e["name"]], e["name"]) for e in entries]
        section.figure(_several(covered, coverage, metric), f"{metric} by {coverage}.")
    cost = [Point(entry["seconds"], value[entry["name"]], entry["name"]) for entry in entries]
    section.figure(
        _several(cost, "seconds to fit and evaluate", metric, "log"), f"{metric} by computing time."
    )


def _several(points: list[Point], x: str, y: str, x_scale: Any = "linear") -> Html:
    """A scatter plot of two or more points; one point alone compares nothing."""
    known = [point for point in points if point.x is not None and point.y is not None]
    return scatter(known, x=x, y=y, x_scale=x_scale) if len(known) > 1 else Html("")
