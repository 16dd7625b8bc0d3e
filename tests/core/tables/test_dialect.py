"""Lines taken apart in every way that people write them."""

import csv

import pytest

from palate.errors import DataError
from palate.tables import Format, open_table

ROWS = [("ann", "10", "4"), ("bob", "9", "2.5"), ("cy", "11", "1")]


def written(separator, value=str):
    return "".join(separator.join(map(value, row)) + "\n" for row in [("user", "item", "rating"), *ROWS])


WAYS = {
    "double colons": written("::"),
    "carets": written("^"),
    "tildes": written("~"),
    "control-a": written("\x01"),
    "two bars": written("||").replace("||", "|"),
    "a space": written(" "),
    "runs of spaces": "".join(f"  {a:<9}{b:>5} {c:>6} \n" for a, b, c in [("user", "item", "rating"), *ROWS]),
    "tabs and spaces": written(" \t "),
    "quotes around all": written(",", '"{}"'.format),
    "single quotes around all": written(",", "'{}'".format),
    "spaces before quotes": written(", ", '"{}"'.format),
    "spaces after quotes": written(" ,", '"{}"'.format),
    "Excel's first line": "sep=;\n" + written(";"),
    "Excel's first line with other separators": "sep=,\r\n" + written(",").replace("\n", "\r\n"),
    "comments": "# made today\n# by a shop\n" + written(","),
    "comments between rows": written(" ").replace("bob", "# made\nbob"),
    "comments of percent signs": "% made today\n" + written(","),
    "a header in a comment": "# made today\n#" + written("\t"),
    "empty lines": "\n\n" + written(",").replace("\n", "\n\n"),
    "carriage returns": written(",").replace("\n", "\r"),
    "carriage returns twice": written(",").replace("\n", "\r\r\n"),
    "Windows line ends": written(";").replace("\n", "\r\n"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_read_whatever_parts_its_columns(put, way):
    table = open_table(put("x.txt", WAYS[way]))
    assert table.columns == ("user", "item", "rating")
    assert table.read().rows() == ROWS


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (written("<>"), Format(separator="<>")),
        (written("  "), Format(separator=" ")),
        ("// made today\n" + written(","), Format(comment="//")),
        ("Ratings of May\nall shops\n" + written(","), Format(skip=2)),
        (written(",", "|{}|".format), Format(quote="|", separator=",")),
    ],
)
def test_what_cannot_be_seen_may_be_said(put, text, asked):
    assert open_table(put("x.txt", text), asked).read().rows() == ROWS


def test_commas_between_digits_do_not_part_columns_where_semicolons_do(put):
    assert open_table(put("x.csv", "1,5;2,5\n3,5;4,5\n"), Format(header=False)).read().rows() == [
        ("1,5", "2,5"),
        ("3,5", "4,5"),
    ]


def test_quotes_within_fields_are_read_escaped_in_either_way(put):
    text = 'a;b\n"x; ""y""";1\n"x; \\"y\\"";2\n'
    assert open_table(put("x.csv", text)).read().rows() == [('x; "y"', "1"), ('x; "y"', "2")]


def test_quotes_that_only_stand_within_fields_are_plain_characters(put):
    assert open_table(put("x.tsv", 'a\tb\n5" disc\t1\n7" disc\t2\n')).read()["a"].to_list() == [
        '5" disc',
        '7" disc',
    ]


def test_quotes_that_are_followed_by_text_are_plain_characters(put):
    assert open_table(put("x.tsv", 'a\tb\n"5" disc\t1\n7\t2\n')).read()["a"].to_list() == ['"5" disc', "7"]
    with pytest.raises(DataError, match=r"x\.tsv:3: a field goes on behind the quote that closes it"):
        open_table(put("x.tsv", 'a\tb\n"5"\t1\n"7" disc\t2\n')).read()


def test_a_quote_that_would_swallow_rows_is_refused_with_its_lines(put):
    path = put("x.csv", 'a,b\n1,2\n"3,4\n5,6\n7,8",9\n1,1\n')
    with pytest.raises(DataError, match=r"x\.csv:3: a quote opens here and closes in line 5.*`quote: ''`"):
        open_table(path).read()
    plain = open_table(path, Format(quote="")).scan(["a"]).collect()
    assert plain["a"].to_list() == ["1", '"3', "5", "7", "1"] or plain.height == 5


def test_a_quote_that_nothing_closes_is_refused_with_its_line(put):
    with pytest.raises(DataError, match=r"x\.csv:3: there is a quote that nothing closes"):
        open_table(put("x.csv", 'a,b\n1,2\n"3,4\n')).read()


def test_text_of_several_lines_in_quotes_is_one_field(put):
    text = 'a,b\n1,"good,\nvery"\n2,"so\n\nso"\n'
    assert open_table(put("x.csv", text)).read().rows() == [("1", "good,\nvery"), ("2", "so\n\nso")]


LETTERS = [
    "Dear Sir,\nI think, and say,\nthat 12, 13 and 14 are good\n\nYours",
    'a "quoted" word\nand 7" discs, too',
    "# heading\n1, 2 and\n3, 4 and\nC:\\",
    "plain",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_of_many_lines_is_one_field_whatever_its_lines_look_like(tmp_path, separator, end):
    path, rows = tmp_path / "x.csv", [[str(k), letter, "9"] for k, letter in enumerate(LETTERS * 5)]
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=separator, lineterminator=end).writerows([["id", "text", "n"], *rows])
    table = open_table(path)
    assert [list(row) for row in table.read().rows()] == rows
    assert table.place(1) == "line 7"
    assert table.lines_within() == 5 * (3 + 1 + 3), "blank lines are not counted"


def test_rows_that_are_too_wide_are_refused_with_the_first(put):
    with pytest.raises(
        DataError, match=r"1 rows have more fields than there are columns, the first in line 3"
    ):
        open_table(put("x.csv", "a,b\n1,2\n1,2,3\n")).read()


def test_places_are_lines_of_the_file_whatever_stands_before(put):
    table = open_table(put("x.csv", "# note\n# note\na::b\n1::2\n# note\n3::4\n"))
    assert table.scan(["a"]).collect().rows() == [(0, "1"), (2, "3")]
    assert [table.place(row) for row in (0, 2)] == ["line 4", "line 6"]
    quoted = open_table(put("y.csv", 'a,b\n"x\ny",1\n2,2\n'))
    assert quoted.place(1) == "line 4"


def test_several_columns_of_one_name_are_reported(put):
    (notice,) = open_table(put("x.csv", "user,item,user\n1,2,3\n")).notices
    assert "several columns called 'user'" in notice


@pytest.mark.parametrize("asked", [{"separator": ""}, {"quote": "''"}, {"comment": " "}])
def test_options_that_mean_nothing_are_refused(asked):
    with pytest.raises(DataError, match=f"`{next(iter(asked))}` must be"):
        Format(**asked)
