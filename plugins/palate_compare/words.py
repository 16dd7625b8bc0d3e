"""A comparison in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison


SHOWN = 12


def in_words(comparison: Comparison) -> Iterator[str]:
    """The result first, then each pair with the reference, then under what terms."""
    if comparison.terms.broken:
        yield "NOT COMPARABLE: these figures were measured under different protocols."
    lines = comparison.against()
    yield _headline(comparison, lines.to_dicts())
    for line in lines.head(SHOWN).to_dicts():
        yield _sentence(line)
    if lines.height > SHOWN:
        yield f"{lines.height - SHOWN} more are in the table of pairs."


def _headline(comparison: Comparison, lines: list[dict[str, Any]]) -> str:
    best, metric = comparison.best, comparison.metric
    figure = comparison.table.filter(name=best)[metric].item()
    extreme = "lowest" if metric in comparison.lower_is_better else "highest"
    start = f"{best} has the {extreme} {metric}, {number(figure)}"
    if comparison.baseline:
        counts = [sum(line["verdict"] == word for line in lines) for word in ("better", "worse")]
        rest = len(lines) - sum(counts)
        return (
            f"{start}. Against {comparison.baseline}: {counts[0]} better, {counts[1]} worse, {rest} neither."
        )
    level = [other(line, best) for line in lines if line["verdict"] not in ("better", "worse")]
    if not level:
        return f"{start}, and is better than every other."
    return f"{start}, but no difference that matters was found from {', '.join(level)}."


def _sentence(line: dict[str, Any]) -> str:
    said = (
        f"{line['first']} against {line['second']}: {line['verdict']} "
        f"({signed(line['difference'])}, {line['relative']:+.1%}, 95% interval {signed(line['low'])} to "
        f"{signed(line['high'])}, p {chance(line['adjusted'])})"
    )
    if line["verdict"] == "no detectable difference":
        said += f"; one of {number(line['detectable'])} or more would have been seen"
    return said + "."


def other(line: dict[str, Any], name: str) -> str:
    return str(line["second"] if line["first"] == name else line["first"])


def told_of(line: dict[str, Any], name: str) -> dict[str, Any]:
    """A row of `pairs` told of one of its two: what it stands at against the other."""
    if line["first"] == name:
        return line
    turned = {key: -line[key] for key in ("difference", "effect")}
    swapped = {"better": "worse", "worse": "better"}
    return line | turned | {
        "first": line["second"], "second": line["first"], "low": -line["high"], "high": -line["low"],
        "verdict": swapped.get(line["verdict"], line["verdict"]),
    }  # fmt: skip


def number(value: float | None) -> str:
    """Four places, or four figures where that is less than one place would show."""
    if value is None or value != value:
        return "-"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


def signed(value: float | None) -> str:
    return "-" if value is None or value != value else f"{value:+.4f}"


def chance(value: float | None) -> str:
    if value is None or value != value:
        return "-"
    return "below 0.001" if value < 0.001 else f"{value:.3f}"
