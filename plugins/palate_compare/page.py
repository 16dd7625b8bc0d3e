"""The report: one page of HTML with its pictures, styles and figures inside."""

from __future__ import annotations

import json
from typing import Any

from palate_compare.plots import forest, scatter
from palate_compare.words import chance, number, other, signed, told_of


def page(found: dict[str, Any]) -> str:
    """The page of a comparison, from what `Comparison.as_dict` gives.

    It has no scripts and asks for nothing: the same figures stand in it as JSON, for programs.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("palate_compare", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "signed": signed, "chance": chance}
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    inside = text.replace("<", "\\u003c")  # so that no text in the data can end the element it stands in
    return environment.get_template("page.html.j2").render(c=found, embedded=inside, **_shown(found))


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    metric, entries = found["metric"], found["entries"]
    lines = [
        told_of(line, other(line, found["reference"]))
        for line in found["pairs"]
        if line["metric"] == metric and found["reference"] in (line["first"], line["second"])
    ]
    accuracy = {entry["name"]: entry["metrics"][metric]["value"] for entry in entries}
    coverage = next((name for name in entries[0]["metrics"] if name.startswith("coverage")), None)
    covered = [(e["name"], e["metrics"][coverage]["value"], accuracy[e["name"]]) for e in entries if coverage]
    cost = [(entry["name"], entry["seconds"], accuracy[entry["name"]]) for entry in entries]
    return {
        "against": {line["first"]: line for line in lines},
        "forest": forest(lines),
        "coverage": coverage,
        "covered": scatter(covered),
        "cost": scatter(cost, log=True),
        "best": {name: _best(found, name) for name in entries[0]["metrics"]},
        "dimensions": _dimensions(found["segments"]),
    }


def _best(found: dict[str, Any], metric: str) -> float | None:
    values = [entry["metrics"][metric]["value"] for entry in found["entries"]]
    known = [value for value in values if value is not None]
    pick = min if metric in found["lower_is_better"] else max
    return pick(known) if known else None


def _dimensions(lines: list[dict[str, Any]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Segments by dimension, each with one line an entry."""
    grouped: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for line in lines:
        grouped.setdefault(line["dimension"], {}).setdefault(line["segment"], []).append(line)
    return grouped
