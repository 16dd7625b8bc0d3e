"""The report of a comparison: one page with its pictures, tables and values inside."""

from __future__ import annotations

from typing import Any

from palate.report import Column, Page, Section, bullets, element, fold, grid, joined, prose, table
from palate_compare.formatting import number
from palate_compare.page_pictures import coverage_and_cost, forest
from palate_compare.page_tables import (
    differences_table,
    pairs_table,
    recipes_table,
    results_table,
    segment_table,
    weights_table,
)

Found = dict[str, Any]


def page(found: Found) -> Page:
    """The page of a comparison, from what `Comparison.as_dict` gives; the same values stand in it as JSON."""
    first = 0 if found["comparable"] else 1
    asked = f" with {found['events']:,} events, each asked after all before it" if "events" in found else ""
    what = "events, users resampled," if asked else "users"
    made = Page(
        found["verdict"][first],
        note=joined(
            f"Comparison by {found['metric']} on {found['users']:,} users{asked}, paired. Protocol ",
            element("code", found["protocol"]["fingerprint"]), ".",
        ),
        foot=f"Written by palate {found['palate']}.",
        data={"values": found},
    )  # fmt: skip
    _verdict(found, made.section(), found["verdict"][first + 1 :])
    if found["warnings"]:
        _warnings(found, made.section("Warnings"))
    made.section("Results").add(results_table(found))
    paired = made.section("Paired differences")
    paired.add(differences_table(found))
    paired.figure(
        forest(found),
        f"Difference in {found['metric']} from {found['reference']}, mean over {what} with its 95% interval. "
        "Within the grey band a difference does not matter.",
    )
    if any(entry["weights"] for entry in found["entries"]):
        made.section("Fused weights").add(weights_table(found))
    coverage_and_cost(found, made.section("Coverage and cost"))
    _segments(found, made.section("Segments"))
    if found["examples"]:
        _examples(found, made.section("The same users, side by side"))
    made.section("All pairs").add(pairs_table(found))
    made.section("Differences between the recipes").add(recipes_table(found))
    _lineage(found, made.section("Protocol and lineage"))
    made.sections = [section for section in made.sections if section.parts]
    return made


def _verdict(found: Found, section: Section, lines: list[str]) -> None:
    if not found["comparable"]:
        section.notice(
            element("p", element("b", "Not comparable."), " These values were measured under different "
                    "protocols and are shown because that was asked for."),
            bullets(found["protocol_differences"]), kind="alarm",
        )  # fmt: skip
    section.bullets(lines)


def _warnings(found: Found, section: Section) -> None:
    for each in found["warnings"]:
        fix = element("span", prose(f"To fix it: {each['fix']}."), class_="soft")
        section.notice(element("b", each["kind"]), ": ", prose(each["message"]), ". ", fix)


def _segments(found: Found, section: Section) -> None:
    section.text(
        f"Mean {found['metric']} by kind of user and kind of item; a segment of items counts only relevant "
        f"items of that kind. Coloured where different from {found['reference']} by Student's paired t after "
        "Holm over the segments of a table; these are for looking, not for proof.",
        kind="soft",
    )
    for dimension in dict.fromkeys(line["dimension"] for line in found["segments"]):
        section.heading(dimension)
        section.add(segment_table(found, dimension))


def _examples(found: Found, section: Section) -> None:
    for each in found["examples"]:
        section.heading(f"User {each['user']}, {each['why']}")
        latest, relevant = ("; ".join(each[key]) or "nothing" for key in ("latest", "relevant"))
        section.text(f"Latest: {latest}. Went on to: {relevant}.", kind="soft")
        section.add(grid(*(_recommended(entry) for entry in each["entries"])))


def _recommended(entry: Found) -> object:
    lines = []
    for item in entry["recommended"]:
        why = f" because of {' and '.join(item['because'])}" if item["because"] else ""
        small = element("span", why, class_="soft") if why else ""
        lines.append(element("li", item["title"], small, class_="right" if item["relevant"] else None))
    value = element("span", number(entry["value"]), class_="soft")
    return joined(element("b", entry["name"]), " ", value, element("ol", *lines))


def _lineage(found: Found, section: Section) -> None:
    code = [Column("", text=True), Column("", text=True)]
    statistics = found["statistics"]
    said = (
        f"{statistics['resamples']:,} resamples, seed {statistics['seed']}, level {statistics['level']}; "
        f"{statistics['correction']}"
    )
    rows = [[part, element("code", value)] for part, value in found["protocol"].items()]
    section.table(code, [*rows, ["statistics", said]])
    for run in found["lineage"]:
        rows = [[key, element("code", value)] for key, value in run.items() if key not in ("run", "recipe")]
        section.add(fold(joined(run["recipe"], ": ", element("code", run["run"])), table(code, rows)))
