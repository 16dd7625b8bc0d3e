"""A map as one page of HTML that asks for nothing, and as a PNG."""

from __future__ import annotations

import json
from importlib.util import find_spec
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingLibrary
from palate_profile.map import Map


def page(found: Map) -> str:
    """HTML with the points, a legend and a few lines of script: titles on hover, wheel and drag to zoom."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("palate_profile", "."), autoescape=True, undefined=StrictUndefined
    )
    points = {
        "items": _rounded(found.items),
        "group": found.group.tolist(),
        "titles": found.item_labels,
        "people": _rounded(found.people),
        "who": found.people_labels,
        "colours": found.groups.colours,
    }
    text = json.dumps(points, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    inside = text.replace("<", "\\u003c")  # so that no title can end the element it stands in
    used = sorted(set(found.group.tolist()))
    legend = [(at, found.groups.names[at], found.groups.colours[at]) for at in used]
    return environment.get_template("map.html.j2").render(map=found, embedded=inside, legend=legend)


def picture(found: Map) -> bytes:
    """The same as a PNG, 1600 by 1200. Raises MissingLibrary where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise MissingLibrary('a PNG needs matplotlib: pip install "palate[map]"; the HTML page does not')
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7.5), dpi=160, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for group in sorted(set(found.group.tolist())):
        some = found.items[found.group == group]
        name = found.groups.names[group].replace("$", r"\$")
        colour = found.groups.colours[group]
        axes.scatter(some[:, 0], some[:, 1], s=7, c=colour, alpha=0.7, linewidths=0, label=name)
    if len(found.people):
        x, y = found.people.T
        axes.scatter(x, y, s=18, facecolors="none", edgecolors="#111111", linewidths=0.6, label="people")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(_heading(found), fontsize=11)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, markerscale=2, fontsize=9)
    data = BytesIO()
    figure.savefig(data, format="png")
    return data.getvalue()


def _heading(found: Map) -> str:
    by = f", coloured by {found.attribute}" if found.attribute else ""
    return f"{found.name}: items and people by {found.method}{by}".replace("$", r"\$")


def _rounded(points: NDArray[np.float32]) -> list[list[float]]:
    """Coordinates in thousandths of the widest side, which is finer than a pixel."""
    widest = float(np.abs(points).max(initial=0)) or 1.0
    digits = max(0, 4 - int(np.floor(np.log10(widest))))
    rounded: list[list[float]] = np.round(points.astype(np.float64), digits).tolist()
    return rounded
