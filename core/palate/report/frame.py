"""The frame of a picture: its axes with marks and labels, and a legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from palate.report.axis import Axis, Scale, fitted
from palate.report.markup import Html, element, joined

WIDTH, HEIGHT = 480.0, 300.0
LETTER, LINE = 7.0, 18.0
TOP, RIGHT, BOTTOM = 10.0, 14.0, 46.0
SERIES = 9


@dataclass(frozen=True)
class Frame:
    """Two axes with their labels, and the place that a legend takes above them."""

    x: Axis
    y: Axis
    x_label: str
    y_label: str
    legend: Html

    def drawn(self) -> Html:
        left, right = self.x.start, self.x.stop
        bottom, top = self.y.start, self.y.stop
        lines = [
            element("path", class_="axis", d=f"M{left} {top}V{bottom}H{right}"),
            *(element("path", class_="grid", d=f"M{left} {y}H{right}") for y, _ in self.y.ticks),
            *(label(x, bottom + 17, text, "middle") for x, text in _apart(self.x.ticks)),
            *(label(left - 6, y + 4, text, "end") for y, text in self.y.ticks),
            label((left + right) / 2, bottom + 38, short(self.x_label, 60), "middle", "name"),
        ]
        middle = round((bottom + top) / 2, 1)
        turned = f"rotate(-90 14 {middle})"
        lines.append(label(14, middle, short(self.y_label, 34), "middle", "name", transform=turned))
        return joined(self.legend, *lines)


def frame(
    xs: Iterable[float],
    ys: Iterable[float],
    x_label: str,
    y_label: str,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    legend: Mapping[str, str] | None = None,
    x_room: float = 0.05,
    y_room: float = 0.08,
) -> Frame:
    """A frame into which all these values fit, its left side wide enough for the marks of the y axis."""
    above, down = legended(legend or {})
    y = fitted(ys, HEIGHT - BOTTOM, TOP + down, y_scale, y_room)
    left = 26 + LETTER * max((len(text) for _, text in y.ticks), default=1) + 8
    return Frame(fitted(xs, left, WIDTH - RIGHT, x_scale, x_room), y, x_label, y_label, above)


def picture(inside: Html, described: str, height: float = HEIGHT) -> Html:
    """The SVG around what was drawn, with words for those who cannot see it."""
    return element(
        "svg", inside, viewBox=f"0 0 {WIDTH:g} {height:g}", role="img", aria_label=described, class_="chart"
    )


def label(
    x: float, y: float, text: str, anchor: str = "start", class_: str | None = None, **more: object
) -> Html:
    """A piece of text in a picture."""
    places = {"x": round(x, 1), "y": round(y, 1)}
    return element(
        "text", text, **places, text_anchor=None if anchor == "start" else anchor, class_=class_, **more
    )


def short(text: str, longest: int) -> str:
    """Text cut in the middle, since long names mostly differ at an end."""
    if len(text) <= longest:
        return text
    head = (longest - 1) // 2
    return f"{text[:head]}…{text[-(longest - 1 - head) :]}"


def coloured(names: Sequence[str], colours: Mapping[str, str] | None = None) -> dict[str, str]:
    """A class of the stylesheet for each name: the one given, or one of nine in turn."""
    chosen = colours or {}
    return {name: chosen.get(name, f"c{at % SERIES}") for at, name in enumerate(names)}


def legended(colours: Mapping[str, str]) -> tuple[Html, float]:
    """A legend in rows from the top, and how high it is; nothing for fewer than two names."""
    if len(colours) < 2:
        return Html(""), 0.0
    parts, x, y = [], 4.0, TOP
    for name, class_ in colours.items():
        text = short(name, 40)
        wide = 16 + LETTER * len(text) + 14
        if x > 4 and x + wide > WIDTH:
            x, y = 4.0, y + LINE
        parts.append(element("rect", class_=class_, x=x, y=y, width=10, height=10, rx=2))
        parts.append(label(x + 15, y + 9.5, text))
        x += wide
    return joined(*parts), y + LINE + 4 - TOP


def _apart(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The marks whose texts do not touch the one before."""
    kept: list[tuple[float, str]] = []
    for x, text in ticks:
        if not kept or x - kept[-1][0] > LETTER * (len(text) + len(kept[-1][1])) / 2 + 6:
            kept.append((x, text))
    return kept
