"""A map as one page of HTML that asks for nothing, and as a PNG."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

import palate
from palate.errors import MissingLibrary
from palate.report import Html, Page, element, figure, joined
from palate_profile.interest_map import InterestMap


def map_page(found: InterestMap) -> Page:
    """The page: points on a canvas, titles under the pointer, a legend that hides and shows groups."""
    across, up = found.layout.axes
    page = Page(
        f"{found.name}: items and users by {found.method}",
        note=f"{len(found.item_labels):,} items and {len(found.user_labels):,} interests of users.",
        foot=f"Written by palate {palate.__version__}.",
        data={
            "points": {
                "items": _rounded(found.layout.items),
                "group": found.group.tolist(),
                "titles": found.item_labels,
                "interests": _rounded(found.layout.interests),
                "users": found.user_labels,
                "colours": found.groups.colours,
                "axes": [across, up],
            }
        },
        script=_read("map.js"),
        style=_read("map.css"),
    )
    canvas = element("canvas", role="img", aria_label=f"{found.name}: {up} by {across}")
    plot = element("div", canvas, element("div", id="label"), id="plot")
    page.section().add(_buttons(), figure(joined(plot, _legend(found)), _caption(found), wide=True))
    return page


def map_png(found: InterestMap) -> bytes:
    """The same as a PNG, 1600 by 1200. Raises MissingLibrary where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise MissingLibrary('a PNG needs matplotlib: pip install "palate[map]"; the HTML page does not')
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(10, 7.5), dpi=160, layout="constrained")
    FigureCanvasAgg(drawn)
    axes = drawn.add_subplot()
    for group in _used(found):
        some = found.layout.items[found.group == group]
        name = found.groups.names[group].replace("$", r"\$")
        x, y = some.T
        axes.scatter(x, y, s=7, c=found.groups.colours[group], alpha=0.7, linewidths=0, label=name)
    if len(found.layout.interests):
        x, y = found.layout.interests.T
        axes.scatter(x, y, s=18, facecolors="none", edgecolors="#111111", linewidths=0.6, label="users")
    axes.set(xticks=[], yticks=[], xlabel=found.layout.axes[0], ylabel=found.layout.axes[1])
    by = f", coloured by {found.attribute}" if found.attribute else ""
    axes.set_title(f"{found.name}: items and users{by}".replace("$", r"\$"), fontsize=11)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, markerscale=2, fontsize=9)
    data = BytesIO()
    drawn.savefig(data, format="png")
    return data.getvalue()


def _used(found: InterestMap) -> list[int]:
    return sorted(set(found.group.tolist()))


def _buttons() -> Html:
    signs = (("in", "+", "zoom in"), ("out", "-", "zoom out"), ("all", "all", "show all"))
    return element("p", *(element("button", sign, id=key, type="button", aria_label=said)
                          for key, sign, said in signs))  # fmt: skip


def _legend(found: InterestMap) -> Html:
    """A box to tick for each group, and for users."""
    rows = [
        (at, element("i", style=f"background: {found.groups.colours[at]}"), found.groups.names[at])
        for at in _used(found)
    ]
    rows.append((-1, element("i", class_="user"), "users"))
    boxes = [
        element("label", element("input", type="checkbox", checked=True, data_group=at), dot, name)
        for at, dot, name in rows
    ]
    return element("div", *boxes, id="legend")


def _caption(found: InterestMap) -> str:
    said = (
        "Rings are interests of users. Point at one to see what it is; zoom with the wheel or the buttons, "
        "drag to move."
    )
    if not found.attribute:
        return said
    return f"Items are coloured by {found.attribute}, those with several values by the rarest. {said}"


def _rounded(points: NDArray[np.float32]) -> list[list[float]]:
    """Coordinates in thousandths of the widest side, which is finer than a pixel."""
    widest = float(np.abs(points).max(initial=0)) or 1.0
    digits = max(0, 4 - int(np.floor(np.log10(widest))))
    rounded: list[list[float]] = np.round(points.astype(np.float64), digits).tolist()
    return rounded


def _read(name: str) -> str:
    return files("palate_profile").joinpath(name).read_text(encoding="utf-8")
