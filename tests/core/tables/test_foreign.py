"""Files whose name, ends, rules or numbers are not what a reader expects."""

import json

import polars as pl
import pytest

from palate.errors import DataError
from palate.tables import Format, locate, open_table
from palate.tables.numerals import Numerals

ROWS = [("ann", "10"), ("bob", "9"), ("cy", "11")]
CSV = "user,item\n" + "".join(f"{user},{item}\n" for user, item in ROWS)


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.parquet", "x.feather", "x.xlsx"])
def test_text_is_read_as_text_whatever_its_name_ends_in(put, name):
    assert open_table(put(name, CSV)).read().rows() == ROWS


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x80\x04\x95\x0a\0\0\0", "a pickle"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"GIF89a,", "a picture"),
    ],
)
def test_what_is_no_table_is_named(put, content, what):
    with pytest.raises(DataError, match=f"x.csv is {what}.*does not read; "):
        open_table(put("x.csv", content))


def test_separators_behind_the_last_column_are_no_value(put):
    table = open_table(put("x.csv", "user,item\nann,10,\nbob,9,,\ncy,11\n"))
    assert table.read().rows() == ROWS
    assert table.wide_rows() == []


def test_a_header_that_comes_again_is_no_row(put):
    table = open_table(put("x.csv", CSV + CSV))
    assert table.scan(["user", "item"]).collect()["user"].to_list() == ["ann", "bob", "cy"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "| user | item |\n|------|-----:|\n" + "".join(f"| {u} | {i} |\n" for u, i in ROWS),
        " user | item \n------+------\n" + "".join(f" {u} | {i} \n" for u, i in ROWS),
        "user  item\n----- ----\n" + "".join(f"{u:<5} {i:>4}\n" for u, i in ROWS),
    ],
    ids=["Markdown", "psql", "SQL Server"],
)
def test_a_line_of_dashes_below_the_header_is_no_row(put, text):
    table = open_table(put("x.txt", text))
    assert table.scan(["user", "item"]).collect().select("user", "item").rows() == ROWS
    assert table.place(table.scan(["user"]).collect()["row"][0]) == "line 3"


@pytest.mark.parametrize("document", [False, True])
def test_numbers_of_python_that_are_none_are_missing(put, document):
    rows = [{"user": 1, "x": float("nan")}, {"user": 2, "x": 3.5}, {"user": 3, "x": float("inf")}]
    text = json.dumps(rows) if document else "\n".join(map(json.dumps, rows))
    assert open_table(put("x.json", text)).scan(["user", "x"]).collect().select("user", "x").rows() == [
        ("1", None),
        ("2", "3.5"),
        ("3", None),
    ]


def test_the_ways_in_which_pandas_writes_json_are_read(put):
    frame = {"user": ["ann", "bob"], "item": [10, 9]}
    rows = [{"user": "ann", "item": 10}, {"user": "bob", "item": 9}, {"user": "cy", "item": 1}]
    split = {"columns": list(frame), "index": [0, 1], "data": [["ann", 10], ["bob", 9]]}
    index = {str(number): row for number, row in enumerate(rows)}
    assert open_table(put("a.json", json.dumps(split))).read().rows() == [("ann", 10), ("bob", 9)]
    table = open_table(put("b.json", json.dumps(index)))
    assert table.columns == ("index", "user", "item")
    assert table.read().rows() == [("0", "ann", 10), ("1", "bob", 9), ("2", "cy", 1)]


def test_an_address_is_named_as_one_even_where_a_path_has_lost_a_slash(tmp_path):
    with pytest.raises(DataError, match="is an address; download"):
        locate("https:/example.org/x.csv", "interactions")


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["4/5", "3.5/5", "1 / 5"], [4, 3.5, 1]),
        (["8 out of 10", "10 out of 10"], [8, 10]),
        (["4.0 out of 5 stars", "3,5 von 5"], [4, 3.5]),
        (["1 star", "5 stars", "2 stars"], [1, 5, 2]),
        (["★★★★☆", "★☆☆☆☆", "★★½"], [4, 1, 2.5]),
        (["⭐⭐", "⭐️"], [2, 1]),
    ],
)
def test_ratings_are_read_as_they_are_shown(texts, numbers):
    column = pl.Series("x", texts)
    assert Numerals.of(column).read(column).to_list() == numbers


@pytest.mark.parametrize("texts", [["3/4", "7/8"], ["1/2/2024", "3/4/2024"], ["12/5", "3/5"], ["a star"]])
def test_what_has_no_common_scale_is_no_rating(texts):
    column = pl.Series("x", texts)
    assert Numerals.of(column).read(column).null_count() == len(texts)


def test_an_option_for_quotes_is_obeyed_where_lines_look_like_rows(put):
    text = 'a,b\n1,2\n"3,4\n5,6\n7,8",9\n1,1\n'
    assert open_table(put("x.csv", text), Format(quote='"')).read().rows()[1] == ("3,4\n5,6\n7,8", "9")
