"""Pages that palate's tools write: one look, pictures as SVG, no network, standard library only.

    from palate.report import Page, histogram

    page = Page("Interactions of a shop", note="100,000 events of 943 users")
    users = page.section("Users")
    users.text("Most users have few events.")
    users.table(["user", "events"], [["7", 120], ["12", 80]], caption="The most active users.")
    counts, edges = numpy.histogram(events_a_user, bins=20)
    users.figure(histogram(counts, edges, x="events a user", y="users"), "Users by their events.")
    page.write("shop.html")

Pictures: `bars`, `histogram`, `scatter`, `line`, `intervals`; each gives Html, empty where there is nothing
to draw, and `Section.figure` leaves an empty one out. All text is escaped where it enters; what is HTML
already is an `Html`, which `element` and `joined` make. A page is readable from a phone of 390 px to a wide
screen, in the light, in the dark and in print; a wide table scrolls within its box.
"""

from palate.report.bars import bars, histogram
from palate.report.blocks import (
    Cell,
    Column,
    bullets,
    code,
    figure,
    fold,
    grid,
    notice,
    paragraph,
    prose,
    table,
)
from palate.report.intervals import Interval, intervals
from palate.report.markup import Html, element, embedded, joined
from palate.report.page import Page, Section
from palate.report.scatter import Point, line, scatter

__all__ = [
    "Cell", "Column", "Html", "Interval", "Page", "Point", "Section", "bars", "bullets", "code", "element",
    "embedded", "figure", "fold", "grid", "histogram", "intervals", "joined", "line", "notice", "paragraph",
    "prose", "scatter", "table",
]  # fmt: skip
