"""Small pictures of a study as SVG: text, nothing to load, legible in print."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 28, 40


@dataclass(frozen=True)
class Axis:
    """Numbers on a line, from `low` to `high`, which lies between two places of the picture."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float, log: bool = False) -> Axis:
        low, high = min(values), max(values)
        if low == high:
            low, high = (low / 2, high * 2) if log else (low - 0.5, high + 0.5)
        return cls(low, high, start, end, log)

    def at(self, value: float) -> float:
        to = math.log if self.log else float
        share = (to(value) - to(self.low)) / (to(self.high) - to(self.low))
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            powers = [10.0**power for power in range(first, last + 1)]
            return powers if len(powers) > 1 else [self.low, self.high]
        step = _round_step((self.high - self.low) / 4)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(step * count, 12) for count in range(first, last + 1)]


def history(points: Sequence[tuple[int, float, str]], best: Sequence[tuple[int, float]], label: str) -> str:
    """The figure of each trial (number, value, state), and a line of the best so far."""
    x = Axis.over([number for number, *_ in points], LEFT, WIDTH - RIGHT)
    y = Axis.over([value for _, value, _ in points], HEIGHT - BOTTOM, TOP)
    steps = [f"{x.at(number)},{y.at(value)}" for number, value in _stairs(best, points)]
    dots = [
        f'<circle cx="{x.at(number)}" cy="{y.at(value)}" r="3.5" class="{state}">'
        f"<title>trial {number}: {value:.5g} ({state})</title></circle>"
        for number, value, state in points
    ]
    line = f'<polyline class="best" points="{" ".join(steps)}"/>'
    return _svg(_frame(x, y, "trial", label) + line + "".join(dots), f"{label} of each trial")


def against(pairs: Sequence[tuple[float, float]], name: str, label: str, log: bool) -> str:
    """The figures of the trials over the values of one space."""
    x = Axis.over([value for value, _ in pairs], LEFT, WIDTH - RIGHT, log)
    y = Axis.over([figure for _, figure in pairs], HEIGHT - BOTTOM, TOP)
    dots = [f'<circle cx="{x.at(v)}" cy="{y.at(f)}" r="3.5" class="complete"/>' for v, f in pairs]
    return _svg(_frame(x, y, name, label) + "".join(dots), f"{label} over {name}")


def bars(shares: dict[str, float], label: str) -> str:
    """One bar a name, with its share of 1."""
    rows, step = [], 26
    for at, (name, share) in enumerate(shares.items()):
        top = 8 + at * step
        rows.append(
            f'<text x="250" y="{top + 13}" text-anchor="end">{html.escape(_short(name, 38))}</text>'
            f'<rect x="258" y="{top}" width="{round(250 * share, 1)}" height="17"/>'
            f'<text x="{round(264 + 250 * share, 1)}" y="{top + 13}">{share:.0%}</text>'
        )
    return _svg("".join(rows), label, 16 + step * len(shares))


def _round_step(about: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large."""
    power = 10.0 ** math.floor(math.log10(about))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= about * (1 - 1e-9))


def _stairs(
    best: Sequence[tuple[int, float]], points: Sequence[tuple[int, float, str]]
) -> list[tuple[int, float]]:
    found: list[tuple[int, float]] = []
    for number, value in best:
        if found:
            found.append((number, found[-1][1]))
        found.append((number, value))
    return [*found, (points[-1][0], found[-1][1])] if found else []


def _frame(x: Axis, y: Axis, below: str, beside: str) -> str:
    bottom = HEIGHT - BOTTOM
    lines = [f'<path class="frame" d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}"/>']
    lines += [
        f'<text x="{x.at(tick)}" y="{bottom + 14}" text-anchor="middle">{tick:.4g}</text>'
        for tick in x.ticks()
    ]
    lines += [
        f'<text x="{LEFT - 5}" y="{y.at(tick) + 4}" text-anchor="end">{tick:.4g}</text>' for tick in y.ticks()
    ]
    lines.append(
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{html.escape(below)}</text>'
    )
    lines.append(f'<text x="4" y="14">{html.escape(_short(beside, 24))}</text>')
    return "".join(lines)


def _svg(inside: str, label: str, height: int = HEIGHT) -> str:
    name = html.escape(label, quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">{inside}</svg>'


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"…{text[1 - longest :]}"
