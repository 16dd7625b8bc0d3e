"""Files of items whose ids stand where one does not look, and whose lines are uneven."""

import pytest

from palate.errors import DataError
from palate_init.guess import guess

EVENTS = "user,item\n" + "".join(f"u{k % 7},{k % 5}\n" for k in range(30))


@pytest.fixture
def known(tmp_path, monkeypatch):
    """What is found out about a file of items."""
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("palate_init.guess.tried", lambda draft: draft)

    def look(name, text):
        (tmp_path / "events.csv").write_text(EVENTS)
        (tmp_path / name).write_text(text)
        return guess(tmp_path / "events.csv", tmp_path / name).draft.catalogue

    return look


def test_ids_that_come_twice_are_found_beside_titles_that_come_once(known):
    found = known("i.csv", "id,title\n" + "".join(f"{k // 2},Title {k}\n" for k in range(10)))
    assert (found.id, found.repeated, found.shared) == ("id", True, 1)


def test_a_first_column_without_a_name_hides_no_ids(known):
    found = known("i.csv", ",item_id,title\n" + "".join(f"{4 - k},{k},Title {k}\n" for k in range(5)))
    assert found.id == "item_id"


def test_a_column_that_is_called_id_and_is_none_gets_another_name(known):
    found = known("i.csv", "item_id,title,id\n" + "".join(f"{k},Title {k},x\n" for k in range(5)))
    assert (found.id, found.renamed) == ("item_id", {"id_2": "id"})


def test_objects_by_their_ids_are_items(known):
    rows = ", ".join(f'"{k}": {{"title": "Title {k}", "year": 1990}}' for k in range(5))
    assert known("i.json", f"{{{rows}}}").id == "index"


def test_a_row_that_is_too_wide_is_no_table_below_a_title(known):
    lines = [f"{k},The {k}, a title" if k == 3 else f"{k},Title {k}" for k in range(9)]
    with pytest.raises(
        DataError, match=r"1 rows have more fields than there are columns, the first in line 5"
    ):
        known("i.csv", "\n".join(["id,title", *lines]))
