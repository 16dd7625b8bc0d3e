"""The table of published counts, and the one data set that comes through pip."""

import re
from pathlib import Path

import pytest

from palate_datasets import (
    amazon,
    bookcrossing,
    goodreads,
    item_lists,
    kuairec,
    lastfm,
    mind,
    recbole,
    retailrocket,
    sasrec,
    steam,
    yelp,
)
from palate_movielens import package

PAGE = (Path(__file__).parents[3] / "docs" / "datasets.md").read_text(encoding="utf-8")
KNOWN = {
    "amazon": amazon, "book-crossing": bookcrossing, "goodreads": goodreads, "item-lists": item_lists,
    "kuairec": kuairec, "lastfm-360k": lastfm, "mind": mind, "recbole": recbole, "retailrocket": retailrocket,
    "sasrec": sasrec, "steam": steam, "yelp": yelp,
}  # fmt: skip


@pytest.mark.parametrize("source", KNOWN)
def test_the_documentation_has_every_published_count(source):
    for size, known in KNOWN[source].KNOWN.items():
        (row,) = re.findall(rf"\| `{source}` \|([^|]*`(?:matrix: )?{size}`.*)", PAGE)
        counts = [known.events, known.users or known.all_users, known.items or known.all_items]
        expected = [f"{count:,}" for count in counts if count is not None]
        cells = [cell.strip() for cell in row.split("|")[1:4]]
        assert [cell.split(" ")[0] for cell in cells if cell] == expected


def test_recboles_own_example_is_read_whole_with_the_published_counts(caplog):
    if package.cached() is None:
        pytest.skip("MovieLens 100k is not in the cache folder")
    source = recbole.RecBole(folder=str(package.folder()), size="ml-100k")
    found = source.load()
    assert caplog.text == ""
    assert found.interactions.height == 100_000
    assert found.items.frame.row(0) == (1, "Toy Story", "1995", ["Animation", "Children's", "Comedy"])
    assert found.users.row(0) == (1, "24", "M", "technician", "85711")
