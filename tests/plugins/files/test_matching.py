"""Ids of events and of a catalogue that differ in writing only."""

import pytest

from palate.errors import DataError
from palate_files.source import Files


def load(put, users, items, catalogue, **options):
    log = put("x.csv", "user,item\n" + "".join(f"{u},{i}\n" for u, i in zip(users, items, strict=True)))
    things = put("items.csv", "id,title\n" + "".join(f"{i},T{n}\n" for n, i in enumerate(catalogue)))
    found = Files(log, items=things, **options).load()
    return dict(zip(found.items.ids, found.items.frame["title"], strict=True))


@pytest.mark.parametrize(
    ("events", "catalogue", "expected"),
    [
        (["12.0", "7.0"], ["12", "7", "3"], {3: "T2", 7: "T1", 12: "T0"}),
        (["12", "7"], ["12.0", "7.0", "3.0"], {3: "T2", 7: "T1", 12: "T0"}),
        (["012", "007"], ["12", "7", "3"], {"007": "T1", "012": "T0", "3": "T2"}),
        (["12", "7"], ["012", "007", "003"], {"003": "T2", "007": "T1", "012": "T0"}),
        (["0012", "0007"], ["012", "007"], {"0007": "T1", "0012": "T0"}),
        (["a12", "7"], ["a12", "7", "x"], {"7": "T1", "a12": "T0", "x": "T2"}),
    ],
)
def test_the_same_numbers_written_differently_are_one_item(put, caplog, events, catalogue, expected):
    assert load(put, [1, 2], events, catalogue) == expected
    assert not caplog.records


def test_nothing_is_brought_together_where_two_writings_are_two_items(put, caplog):
    found = load(put, [1, 2], ["012", "12"], ["12", "7"])
    assert found == {"012": None, "12": "T0", "7": "T1"}
    assert "1 of 2 items with events are not in the items file, such as '012'" in caplog.text


def test_ids_that_the_catalogue_has_not_are_counted(put, caplog):
    load(put, [1, 2, 3], ["x", "y", "z"], ["a", "b"])
    assert "3 of 3 items with events are not in the items file, such as 'x', 'y', 'z'" in caplog.text
    assert "compare how both write their ids" in caplog.text


def test_ids_of_users_are_brought_together_too(put):
    log = put("x.csv", "user,item\n1.0,5\n2.0,6\n")
    found = Files(log, users=put("users.csv", "user,age\n1,30\n2,40\n")).load()
    assert found.users.rows() == [(1, 30), (2, 40)]


def test_words_that_stand_for_none_are_no_ids(put):
    log = put("x.csv", "user,item,rating\n1,5,3\nNULL,6,-1\n?,6,4\n")
    with pytest.raises(DataError, match=r"line 3 \(no user\), line 4 \(no user\)"):
        Files(log, missing=["NULL", "?", -1]).load()
    found = Files(log, missing=["NULL", "?"], bad_rows="skip").load()
    assert found.users["id"].to_list() == [1]
