"""A comparison in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from palate_compare.formatting import number, other, p_value, signed

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison

SHOWN, NAMED = 12, 3
_RELATIONS = {
    "better": "{} is better than {}",
    "worse": "{} is worse than {}",
    "not distinguishable": "{} is not distinguishable from {}",
    "too small to matter": "{} differs from {} by too little to matter",
}


def sentences(comparison: Comparison) -> Iterator[str]:
    """The result first, then each pair with the reference."""
    if comparison.protocol.differences:
        yield "NOT COMPARABLE: these values were measured under different protocols."
    lines = comparison.against()
    yield _headline(comparison, lines.to_dicts())
    for line in lines.head(SHOWN).to_dicts():
        yield _sentence(line)
    if lines.height > SHOWN:
        yield f"{lines.height - SHOWN} more are in the table of pairs."


def _headline(comparison: Comparison, lines: list[dict[str, Any]]) -> str:
    best, metric = comparison.best, comparison.metric
    value = comparison.table.filter(name=best)[metric].item()
    extreme = "lowest" if metric in comparison.lower_is_better else "highest"
    start = f"{best} has the {extreme} {metric}, {number(value)}"
    if comparison.baseline:
        counts = [sum(line["verdict"] == word for line in lines) for word in ("better", "worse")]
        rest = len(lines) - sum(counts)
        return (
            f"{start}. Against {comparison.baseline}: {counts[0]} better, {counts[1]} worse, {rest} neither."
        )
    level = [other(line, best) for line in lines if line["verdict"] not in ("better", "worse")]
    if not level:
        return f"{start}, and is better than every other."
    names = ", ".join(level[:NAMED]) + (f" and {len(level) - NAMED} more" if len(level) > NAMED else "")
    return f"{start}, but no difference that matters was found between it and {names}."


def _sentence(line: dict[str, Any]) -> str:
    said = _RELATIONS[line["verdict"]].format(line["first"], line["second"])
    said += (
        f" ({signed(line['difference'])}, {line['relative']:+.1%}, 95% interval {signed(line['low'])} to "
        f"{signed(line['high'])}, p {p_value(line['adjusted'])})"
    )
    if line["verdict"] == "not distinguishable":
        said += f"; minimum detectable difference {number(line['detectable'])}"
    return said + "."
