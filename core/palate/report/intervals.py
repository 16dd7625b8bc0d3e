"""Values with their intervals, one below another: a forest plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from palate.report.axis import Axis, fitted
from palate.report.frame import RIGHT, WIDTH, label, picture, short
from palate.report.markup import Html, element, joined

ROW, LONGEST = 38.0, 64


@dataclass(frozen=True)
class Interval:
    """A value between two bounds: `name` stands above it, its `tooltip` under the pointer.

    `kind` is the class of its colour (`good`, `bad`, `mark`). None for bounds that are not known.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    kind: str = "mark"
    tooltip: str = ""


def intervals(
    rows: Sequence[Interval], *, x: str, zero: float | None = 0.0, band: tuple[float, float] | None = None
) -> Html:
    """A line from `low` to `high` with a point at `value` for each row, its name above.

    `zero` is where a line goes from top to bottom, `band` a range that is shaded. Rows without bounds are
    left out; nothing where none has any.
    """
    known = [row for row in rows if None not in (row.value, row.low, row.high) and _finite(row)]
    if not known:
        return Html("")
    ends = [bound for row in known for bound in (row.low or 0.0, row.high or 0.0)]
    across = fitted([*ends, *(band or ()), *(() if zero is None else (zero,))], 16.0, WIDTH - RIGHT)
    foot = ROW * len(known) + 6
    parts = []
    if band is not None:
        left, right = across.place(band[0]), across.place(band[1])
        parts.append(element("rect", class_="band", x=left, y=0, width=round(right - left, 2), height=foot))
    if zero is not None:
        parts.append(element("path", class_="zero", d=f"M{across.place(zero)} 0V{foot}"))
    parts.append(element("path", class_="axis", d=f"M16 {foot}H{WIDTH - RIGHT}"))
    parts += [label(place, foot + 17, text, "middle") for place, text in across.ticks]
    parts.append(label((16 + WIDTH - RIGHT) / 2, foot + 38, short(x, LONGEST), "middle", "name"))
    parts += [_row(row, across, ROW * at) for at, row in enumerate(known)]
    return picture(joined(*parts), f"intervals: {x}", foot + 46)


def _row(row: Interval, across: Axis, top: float) -> Html:
    low, value, high = (across.place(each or 0.0) for each in (row.low, row.value, row.high))
    y = top + 27
    return element(
        "g",
        element("title", row.tooltip or f"{row.name}: {row.value:g} ({row.low:g} to {row.high:g})"),
        label(16, top + 15, short(row.name, LONGEST)),
        element("path", class_=f"line {row.kind}", d=f"M{low} {y}H{high}"),
        element("circle", class_=row.kind, cx=value, cy=y, r=4.5),
    )


def _finite(row: Interval) -> bool:
    return all(math.isfinite(each or 0.0) for each in (row.value, row.low, row.high))
