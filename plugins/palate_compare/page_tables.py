"""The tables of a comparison's page."""

from __future__ import annotations

from typing import Any

from palate.report import Cell, Column, Html, element, fold, joined, paragraph, table
from palate_compare.formatting import number, p_value, signed
from palate_compare.page_pictures import against_reference

Found = dict[str, Any]


def results_table(found: Found) -> Html:
    """The mean of each metric for each entry, and what it cost."""
    metrics = list(found["entries"][0]["metrics"])
    best = {metric: _best(found, metric) for metric in metrics}
    rows = [_result(entry, best) for entry in found["entries"]]
    caption = "Means over the users that all entries have; the best in bold."
    return table(["", *metrics, "seconds", "MB"], rows, caption)


def differences_table(found: Found) -> Html:
    """How each entry differs from the reference in the metric of the verdict."""
    rows = [_difference(line) for line in against_reference(found).values()]
    caption = (
        f"Against {found['reference']}, in {found['metric']}: mean paired difference, 95% bootstrap "
        "interval, p of a sign-flip test after Holm, Cohen's d. Differences below "
        f"{found['statistics']['threshold']:.1%} do not matter, as was stated beforehand."
    )
    columns: list[str | Column] = ["", "difference", "95% interval", "p", "effect"]
    return table([*columns, Column("verdict", text=True)], rows, caption)


def weights_table(found: Found) -> Html:
    """How each entry that fuses branches weighs them, and what each branch adds."""
    rows = [
        [
            entry["name"] if at == 0 else "", line["branch"], f"{line['weight']:.3f}",
            "-" if line["share"] is None else f"{line['share']:.0%}",
            "-" if line["gain"] is None else signed(line["gain"]),
            "-" if line["gain"] is None else f"{signed(line['low'])} to {signed(line['high'])}",
            line["words"],
        ]
        for entry in found["entries"]
        for at, line in enumerate(entry["weights"])
    ]  # fmt: skip
    caption = (
        "What a branch adds is the first metric of the fused branches less that without it, on the "
        "validation part, by models that have not seen it. A branch without a weight "
        "shows what the one that was tried would add. Weights that were given have no such value."
    )
    columns: list[str | Column] = [
        "", Column("branch", text=True), "weight", "share", "adds", "95% interval", Column("", text=True)
    ]  # fmt: skip
    return table(columns, rows, caption)


def segment_table(found: Found, dimension: str) -> Html:
    """The mean of each entry in each segment of a dimension, coloured where it differs."""
    lines = [line for line in found["segments"] if line["dimension"] == dimension]
    parts: dict[str, list[Found]] = {}
    for line in lines:
        parts.setdefault(line["segment"], []).append(line)
    rows = [
        [segment, each[0]["users"], *(_segment(line, dimension) for line in each)]
        for segment, each in parts.items()
    ]
    return table(["", "users", *(entry["name"] for entry in found["entries"])], rows)


def pairs_table(found: Found) -> Html:
    """Every pair in every metric, folded away."""
    text = [Column(name, text=True) for name in ("first", "second")]
    columns: list[str | Column] = [
        "metric", *text, "users", "difference", "95% interval", "p after Holm", "effect",
        "minimum detectable difference", Column("verdict", text=True),
    ]  # fmt: skip
    rows = [
        [
            line["metric"], line["first"], line["second"], line["users"],
            Cell(signed(line["difference"]), data={"pair": at, "value": _plain(line["difference"])}),
            _interval(line), p_value(line["adjusted"]), signed(line["effect"]), number(line["detectable"]),
            Cell(line["verdict"], _kind(line["verdict"])),
        ]
        for at, line in enumerate(found["pairs"])
    ]  # fmt: skip
    said = f"{len(rows)} pairs and metrics, {found['statistics']['correction']}"
    return fold(said, table(columns, rows))


def recipes_table(found: Found) -> Html:
    """The settings that are not the same in all recipes."""
    settings = found["recipes"]["settings"]
    if not settings:
        return paragraph("None.")
    columns: list[str | Column] = ["", *(Column(name, text=True) for name in found["recipes"]["names"])]
    rows = [
        [element("code", path), *("-" if value is None else value for value in values)]
        for path, values in settings.items()
    ]
    return table(columns, rows)


def _result(entry: Found, best: Found) -> list[object]:
    kind = (
        ""
        if entry["kind"] in ("pipeline", entry["name"])
        else element("span", f" {entry['kind']}", class_="soft")
    )
    metrics = [
        Cell(
            number(found["value"]), "best" if found["value"] == best[metric] else "",
            data={"entry": entry["name"], "metric": metric, "value": _plain(found["value"])},
        )
        for metric, found in entry["metrics"].items()
    ]  # fmt: skip
    memory = "-" if entry["peak_bytes"] is None else f"{entry['peak_bytes'] / 1e6:,.0f}"
    return [
        joined(element("b", entry["name"]), kind),
        *metrics,
        number(entry["seconds"]),
        memory,
    ]


def _difference(line: Found) -> list[object]:
    data = {"first": line["first"], "second": line["second"], "value": _plain(line["difference"])}
    return [
        line["first"], Cell(signed(line["difference"]), _kind(line["verdict"]), data=data), _interval(line),
        p_value(line["adjusted"]), signed(line["effect"]), Cell(line["verdict"], _kind(line["verdict"])),
    ]  # fmt: skip


def _segment(line: Found, dimension: str) -> Cell:
    said = f"{signed(line['difference'])} ({_interval(line)}), {line['verdict']}" if line["verdict"] else ""
    data = {
        "segment": f"{dimension}/{line['segment']}", "name": line["name"], "value": _plain(line["mean"]),
    }  # fmt: skip
    return Cell(number(line["mean"]), _kind(line["verdict"]), said, data)


def _best(found: Found, metric: str) -> float | None:
    values = [entry["metrics"][metric]["value"] for entry in found["entries"]]
    known = [value for value in values if value is not None]
    pick = min if metric in found["lower_is_better"] else max
    return pick(known) if known else None


def _kind(verdict: str | None) -> str:
    """The class of a cell that shows a verdict: coloured where there is a difference that matters."""
    return verdict if verdict in ("better", "worse") else ""


def _interval(line: Found) -> str:
    return f"{signed(line['low'])} to {signed(line['high'])}"


def _plain(value: float | None) -> object:
    """A value for programs; nothing for one that is not known."""
    return "" if value is None else value
