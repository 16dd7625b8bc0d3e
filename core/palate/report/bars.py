"""Bars, and histograms of values that were counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from palate.report.axis import Axis, Scale, plain_number, written
from palate.report.frame import HEIGHT, LETTER, WIDTH, frame, label, picture, short
from palate.report.markup import Html, element, joined

ROW = 38.0
LONGEST = 64


def bars(
    values: Mapping[str, float], *, x: str, form: Callable[[float], str] = plain_number, kind: str = "c0"
) -> Html:
    """A bar across for each name, from 0, with its value behind it and the name above.

    `x` labels the axis, `form` turns a value into text. Nothing for no values.
    """
    known = {name: value for name, value in values.items() if math.isfinite(value)}
    if not known:
        return Html("")
    texts = {name: form(value) for name, value in known.items()}
    room = LETTER * max(map(len, texts.values())) + 10
    axis = Axis(min(0.0, *known.values()), max(0.0, *known.values()) or 1.0, 6.0, WIDTH - room - 6)
    parts = []
    for at, (name, value) in enumerate(known.items()):
        top = ROW * at + 4
        begin, end = sorted((axis.place(0.0), axis.place(value)))
        parts += [
            element("title", f"{name}: {texts[name]}"),
            label(6, top + 11, short(name, LONGEST)),
            element("rect", class_=kind, x=begin, y=top + 17, width=round(end - begin, 2), height=13),
            label(end + 6, top + 28, texts[name]),
        ]
    foot = ROW * len(known) + 4
    parts.append(element("path", class_="axis", d=f"M{axis.place(0.0)} 0V{foot}"))
    parts.append(label(6, foot + 18, short(x, LONGEST), class_="name"))
    return picture(joined(*parts), f"bars: {x}", foot + 26)


def histogram(
    counts: Sequence[float],
    edges: Sequence[float],
    *,
    x: str,
    y: str,
    scale: Scale = "linear",
    kind: str = "c0",
) -> Html:
    """Columns that touch, from what numpy.histogram gives: n counts and n + 1 edges.

    `scale` is that of the edges: `linear`, `log`, or `date` for seconds since 1970. Nothing for no counts.
    """
    found = [float(count) for count in counts]
    places = [float(edge) for edge in edges]
    if not found or not all(map(math.isfinite, [*found, *places])):
        return Html("")
    highest = max(*found, 0.0) * 1.05 or 1.0
    drawn = frame(places, [0.0, highest], x, y, scale, x_room=0.0, y_room=0.0)
    up = drawn.y
    columns = []
    for count, low, high in zip(found, places, places[1:], strict=False):
        left, right, top = drawn.x.place(low), drawn.x.place(high), up.place(count)
        box = {"x": left, "y": top, "width": max(round(right - left - 0.6, 2), 0.4)}
        said = element("title", f"{written(low, scale)} to {written(high, scale)}: {plain_number(count)}")
        columns.append(element("rect", said, class_=kind, **box, height=round(up.start - top, 2)))
    return picture(joined(drawn.drawn(), *columns), f"histogram: {y} by {x}", HEIGHT)
