"""Points and lines between two axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from palate.report.axis import Scale, written
from palate.report.frame import LETTER, WIDTH, Frame, coloured, frame, label, picture, short
from palate.report.markup import Html, element, joined

LONGEST = 34
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Point:
    """A point of a scatter plot: its `name` stands beside it, its `tooltip` under the pointer.

    Points of one `kind` have one colour; None for a value that is not known, and the point is left out.
    """

    x: float | None
    y: float | None
    name: str = ""
    kind: str = ""
    tooltip: str = ""


def scatter(
    points: Sequence[Point],
    *,
    x: str,
    y: str,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    colours: Mapping[str, str] | None = None,
    steps: Sequence[tuple[float, float]] = (),
) -> Html:
    """Points between axes that are fitted to them, with a legend for several kinds.

    A name goes beside its point where it covers no other point or name; where there is no such place it is
    under the pointer alone. `colours` gives kinds a class of the stylesheet (`good`, `bad`, `c0` to `c8`),
    `steps` adds a stepped line, such as the best so far. Nothing where no point has both values.
    """
    known = [point for point in points if _drawable(point.x, x_scale) and _drawable(point.y, y_scale)]
    if not known:
        return Html("")
    kinds = coloured(list(dict.fromkeys(point.kind for point in known)), colours)
    xs, ys = [float(point.x or 0.0) for point in known], [float(point.y or 0.0) for point in known]
    drawn = frame([*xs, *(a for a, _ in steps)], [*ys, *(b for _, b in steps)], x, y, x_scale, y_scale, kinds)
    places = [(drawn.x.place(a), drawn.y.place(b)) for a, b in zip(xs, ys, strict=True)]
    marks = []
    for point, place in zip(known, places, strict=True):
        values = f"{x} {written(point.x or 0.0, x_scale)}, {y} {written(point.y or 0.0, y_scale)}"
        said = point.tooltip or (f"{point.name}: {values}" if point.name else values)
        dot = {"cx": place[0], "cy": place[1], "r": 4}
        marks.append(element("circle", element("title", said), class_=kinds[point.kind], **dot))
    names = _names(known, places, drawn)
    return picture(joined(drawn.drawn(), stepped(steps, drawn), *marks, *names), f"{y} by {x}")


def line(
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    x: str,
    y: str,
    x_scale: Scale = "linear",
    y_scale: Scale = "linear",
    step: bool = False,
    from_zero: bool = False,
) -> Html:
    """A line for each name through its points (x, y), straight or in steps, with a legend for several.

    With `from_zero` the y axis reaches down to 0. Nothing where no series has a point.
    """
    known = {
        name: [(a, b) for a, b in points if _drawable(a, x_scale) and _drawable(b, y_scale)]
        for name, points in series.items()
    }
    every = [point for points in known.values() for point in points]
    if not every:
        return Html("")
    ys = [b for _, b in every] + ([0.0] if from_zero else [])
    kinds = coloured(list(known))
    drawn = frame([a for a, _ in every], ys, x, y, x_scale, y_scale, kinds, x_room=0.02)
    lines = [
        stepped(points, drawn, kinds[name]) if step else _straight(points, drawn, kinds[name], name)
        for name, points in known.items()
    ]
    return picture(joined(drawn.drawn(), *lines), f"{y} by {x}")


def stepped(points: Sequence[tuple[float, float]], drawn: Frame, class_: str = "c2") -> Html:
    """A line that keeps each value until the next point; nothing without points."""
    if not points:
        return Html("")
    path = [f"M{drawn.x.place(points[0][0])} {drawn.y.place(points[0][1])}"]
    path += [f"H{drawn.x.place(a)}V{drawn.y.place(b)}" for a, b in points[1:]]
    return element("path", class_=f"line {class_}", d="".join(path))


def _straight(points: Sequence[tuple[float, float]], drawn: Frame, class_: str, name: str) -> Html:
    places = " ".join(f"{drawn.x.place(a)},{drawn.y.place(b)}" for a, b in points)
    return element("polyline", element("title", name), class_=f"line {class_}", points=places)


def _drawable(value: float | None, scale: Scale) -> bool:
    return value is not None and math.isfinite(value) and (value > 0 or scale != "log")


def _names(points: Sequence[Point], places: Sequence[tuple[float, float]], drawn: Frame) -> list[Html]:
    """The names that find a place where they print over nothing."""
    taken: list[Box] = [(a - 5, b - 5, a + 5, b + 5) for a, b in places]
    written = []
    for point, (a, b) in zip(points, places, strict=True):
        text = short(point.name, LONGEST)
        spot = free_spot(text, a, b, taken, drawn) if text else None
        if spot is not None:
            written.append(label(spot[0], spot[1], text))
    return written


def free_spot(text: str, x: float, y: float, taken: list[Box], drawn: Frame) -> tuple[float, float] | None:
    """Where a name begins and its base line; its box is added to those that are taken."""
    wide = len(text) * LETTER
    starts = (x + 8, x - 8 - wide, x - wide / 2)
    for down in (0.0, 16.0, -16.0, 32.0, -32.0, 48.0, -48.0):
        for left in starts[: 2 if not down else 3]:
            base = y + 4 + down
            box = (left, base - 11, left + wide, base + 3)
            inside = left >= drawn.x.start and box[2] <= WIDTH and box[1] >= 0 and box[3] <= drawn.y.start
            if inside and not any(overlap(box, other) for other in taken):
                taken.append(box)
                return left, base
    return None


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes (left, top, right, bottom) share a place."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
