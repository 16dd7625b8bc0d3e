"""Where the marks of the pictures go, in the units of their SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, LINE = 640.0, 26.0
LEFT, RIGHT, TOP, BOTTOM = 190.0, 20.0, 12.0, 34.0
SCATTER = 300.0
LETTER, LETTERS = 6.6, 36

Point = tuple[str, float | None, float | None]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Axis:
    """From values to places, with round numbers to mark; logarithmic where asked."""

    low: float
    high: float
    start: float
    stop: float
    log: bool = False

    def place(self, value: float) -> float:
        low, high, value = (math.log10(each) if self.log else each for each in (self.low, self.high, value))
        share = (value - low) / (high - low)
        return round(self.start + share * (self.stop - self.start), 2)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Place and text of each mark."""
        if self.log:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [(self.place(10.0**power), f"{10.0**power:g}") for power in powers]
        step = _round_step((self.high - self.low) / 4)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [(self.place(each * step), f"{each * step:.6g}") for each in range(first, last + 1)]


def axis(values: Sequence[float], start: float, stop: float, log: bool = False) -> Axis:
    """An axis on which all these values have room."""
    low, high = min(values), max(values)
    if log:
        return Axis(low / 1.6, high * 1.6, start, stop, True)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return Axis(low - room, high + room, start, stop)


def forest(lines: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Paired differences with their intervals, one line each, on either side of zero.

    `lines` are told of the entry shown: `first`, `difference`, `low`, `high`, `threshold`, `verdict`.
    The band is the smallest threshold: within it nothing matters.
    """
    known = [line for line in lines if line["low"] is not None]
    if not known:
        return None
    limit = min(line["threshold"] for line in known)
    values = [0.0, -limit, limit, *(line[key] for line in known for key in ("low", "high"))]
    across = axis(values, LEFT, WIDTH - RIGHT)
    marks = []
    for at, line in enumerate(known):
        marks.append(
            {
                "y": TOP + LINE * (at + 0.5),
                "name": line["first"],
                "x": across.place(line["difference"]),
                "low": across.place(line["low"]),
                "high": across.place(line["high"]),
                "line": line,
            }
        )
    foot = TOP + LINE * len(known)
    return {
        "width": WIDTH, "height": foot + BOTTOM, "foot": foot, "top": TOP, "zero": across.place(0.0),
        "band": (across.place(-limit), across.place(limit)), "ticks": across.ticks, "marks": marks,
    }  # fmt: skip


def scatter(points: Sequence[Point], log: bool = False) -> dict[str, Any] | None:
    """Named points (name, x, y), those without one of the two left out; None with fewer than two.

    A name goes beside its point, where it prints over no other point or name if there is such a place.
    """
    known = [(name, x, y) for name, x, y in points if x is not None and y is not None and (x > 0 or not log)]
    if len(known) < 2:
        return None
    across = axis([x for _, x, _ in known], 60.0, WIDTH - 30.0, log)
    up = axis([y for _, _, y in known], SCATTER - 40.0, 14.0)
    places = [(across.place(x), up.place(y)) for _, x, y in known]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in places]
    marks = []
    for (name, *values), (x, y) in zip(known, places, strict=True):
        left, base = _free(name, x, y, taken)
        marks.append({"name": name, "x": x, "y": y, "left": left, "base": base, "values": values})
    return {
        "width": WIDTH, "height": SCATTER, "across": across.ticks, "up": up.ticks, "marks": marks,
        "foot": SCATTER - 40.0,
    }  # fmt: skip


def _free(name: str, x: float, y: float, taken: list[Box]) -> tuple[float, float]:
    """Where a name begins and its base line, added to the boxes that are taken."""
    wide = min(len(name), LETTERS) * LETTER
    starts = [x + 8, x - 8 - wide]
    spots = [(left, y + 4 + down) for down in (0, 14, -14, 28, -28) for left in starts]
    boxes = [(left, base - 10, left + wide, base + 3) for left, base in spots]
    inside = [at for at, box in enumerate(boxes) if box[0] >= 60 and box[2] <= WIDTH]
    clear = [at for at in inside if not any(_overlap(boxes[at], other) for other in taken)]
    at = (clear or inside or [0])[0]
    taken.append(boxes[at])
    return round(spots[at][0], 2), round(spots[at][1], 2)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, not less than `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
