"""Numbers of a comparison as text, and its pairs from the side of either entry."""

from __future__ import annotations

from typing import Any


def other(line: dict[str, Any], name: str) -> str:
    """The other entry of a row of `pairs`."""
    return str(line["second"] if line["first"] == name else line["first"])


def from_the_side_of(line: dict[str, Any], name: str) -> dict[str, Any]:
    """A row of `pairs` with this entry as the first: signs, bounds and verdict turned where it was not."""
    if line["first"] == name:
        return line
    turned = {key: -line[key] for key in ("difference", "effect")}
    swapped = {"better": "worse", "worse": "better"}
    return line | turned | {
        "first": line["second"], "second": line["first"], "low": -line["high"], "high": -line["low"],
        "verdict": swapped.get(line["verdict"], line["verdict"]),
    }  # fmt: skip


def number(value: float | None) -> str:
    """Four decimals, or one for 100 and more; a dash for an unknown value."""
    if value is None or value != value:
        return "-"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


def signed(value: float | None) -> str:
    """Four decimals with the sign."""
    return "-" if value is None or value != value else f"{value:+.4f}"


def p_value(value: float | None) -> str:
    """Three decimals, and no more than `below 0.001`."""
    if value is None or value != value:
        return "-"
    return "below 0.001" if value < 0.001 else f"{value:.3f}"
