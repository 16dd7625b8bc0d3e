"""What a page is made of: paragraphs, lists, tables, pictures, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from palate.report.axis import plain_number
from palate.report.markup import Html, element, escaped, joined


@dataclass(frozen=True)
class Cell:
    """A cell of a table with more than its text.

    `kind` is a class of the stylesheet (`best`, `better`, `worse`, `soft`), `tooltip` is shown under the
    pointer, and `data` become `data-` attributes, from which programs and tests read values.
    """

    value: object
    kind: str = ""
    tooltip: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """The head of a column: numbers stand at its right edge, `text` at its left, where it may wrap."""

    name: str
    text: bool = False


def table(columns: Sequence[str | Column], rows: Sequence[Sequence[object]], caption: object = "") -> Html:
    """A table in a box of its own, in which a wide one scrolls; the caption stands above, never cut.

    The first column is text, the others numbers unless they are a `Column` that says otherwise. Cells are
    text, numbers, None (empty), Html or a `Cell`.
    """
    heads = [each if isinstance(each, Column) else Column(each) for each in columns]
    left = [not at or head.text for at, head in enumerate(heads)]
    head = element("tr", *(
        element("th", _inside(each.name, aside), scope="col", class_="text" if aside else None)
        for each, aside in zip(heads, left, strict=True)
    ))  # fmt: skip
    body = [
        element("tr", *(_cell(each, aside) for each, aside in zip(row, left, strict=True))) for row in rows
    ]
    drawn = element("table", element("thead", head) if any(each.name for each in heads) else "",
                    element("tbody", *body))  # fmt: skip
    box = element("div", drawn, class_="wide", tabindex=0)
    return element("figure", element("figcaption", caption) if caption else "", box, class_="table")


def figure(picture: Html, caption: object = "", wide: bool = False) -> Html:
    """A picture with its caption below, as wide as the page where asked; nothing for an empty picture."""
    if not picture:
        return Html("")
    return element(
        "figure",
        picture,
        element("figcaption", caption) if caption else "",
        class_="chart wide-chart" if wide else "chart",
    )


def paragraph(*parts: object, kind: str = "") -> Html:
    """A paragraph; `kind` is `soft` for small print or `lead` for what matters most."""
    return element("p", *parts, class_=kind or None)


def bullets(lines: Sequence[object]) -> Html:
    """A list of points; nothing for none."""
    return element("ul", *(element("li", line) for line in lines)) if lines else Html("")


def notice(*parts: object, kind: str = "warning") -> Html:
    """Something to mind, set apart: a `warning`, or an `alarm` where a page must not be taken as it is."""
    return element("div", *parts, class_=f"notice {kind}")


def code(text: str) -> Html:
    """Text as it would stand in a file, its lines kept."""
    return element("pre", element("code", text))


def prose(text: str) -> Html:
    """Text in which what stands between backticks is code, as in messages and docstrings."""
    parts = text.split("`")
    return joined(*(element("code", part) if at % 2 else part for at, part in enumerate(parts)))


def fold(summary: object, *inside: object) -> Html:
    """What is shown only when its summary is clicked, and in print."""
    return element("details", element("summary", summary), *inside)


def grid(*blocks: object) -> Html:
    """Blocks side by side where there is room."""
    return element("div", *(element("div", block) for block in blocks), class_="grid")


def _cell(cell: object, text: bool) -> Html:
    given = cell if isinstance(cell, Cell) else Cell(cell)
    kinds = " ".join(filter(None, ("text" if text else "", given.kind)))
    data = {f"data_{name}": value for name, value in given.data.items()}
    return element(
        "td", _inside(_shown(given.value), text), class_=kinds or None, title=given.tooltip or None, **data
    )


def _inside(value: object, text: bool) -> object:
    """Text in a box that is as wide as it, up to a limit, so that a crowded table does not squeeze it."""
    return element("div", value) if text else value


def _shown(value: object) -> Html:
    if isinstance(value, bool):
        return Html("yes" if value else "no")
    if isinstance(value, int):
        return escaped(f"{value:,}")
    if isinstance(value, float):
        return escaped("-" if value != value else plain_number(value))
    return joined(value)
