"""Lists that stand in cells."""

import polars as pl
import pytest

from palate.tables.cells import looks_listed, parsed, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a", "b"]', ["a", "b"]),
        ("['a', 'it\\'s']", ["a", "it's"]),
        ("('a', 'b')", ["a", "b"]),
        ("[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': 'Comedy'}]", ["Animation", "Comedy"]),
        ('[{"ID": 1, "Label": "x"}]', ["x"]),
        ("{'id': 1, 'name': 'Toy Story Collection', 'poster': None}", ["Toy Story Collection"]),
        ("[1, 2.5, None, True]", ["1", "2.5", "true"]),
        ("['Drama' 'Comedy']", ["Drama", "Comedy"]),
        ("['Drama'\n 'Sci \"Fi\"']", ["Drama", 'Sci "Fi"']),
        ("['a b', 'c' 'd']", ["a b", "cd"]),
        ('{Drama,"Comedy, dark",NULL}', ["Drama", "Comedy, dark"]),
        ("{}", []),
        ("{a: b}", None),
        ("[]", []),
        ("[a, b", None),
        ("__import__('os')", None),
        ("[" * 5000, None),
    ],
)
def test_lists_are_read_as_json_or_python_and_objects_by_their_names(text, expected):
    assert words(text) == expected


def test_a_column_keeps_nulls_and_says_which_rows_do_not_read():
    lists, wrong = parsed(pl.Series(["['a']", None, "[a"]))
    assert lists.to_list() == [["a"], None, None]
    assert wrong == [2]


def test_a_column_is_taken_for_lists_only_if_all_of_it_is_in_brackets():
    assert looks_listed(pl.Series(["[1]", None, "{'a': 1}"]))
    assert not looks_listed(pl.Series(["[1]", "one"]))
    assert not looks_listed(pl.Series([None], dtype=pl.String))
