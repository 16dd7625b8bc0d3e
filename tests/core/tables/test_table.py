import polars as pl
import pytest

from palate.errors import DataError
from palate.tables import Format, open_table


def put(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_lines_keep_their_numbers_when_blank_ones_are_left_out(tmp_path):
    table = open_table(put(tmp_path, "x.csv", "a,b\n1,2\n\n 3 ,\n"))
    assert table.scan(["a", "b"]).collect().rows() == [(0, "1", "2"), (2, "3", None)]
    assert table.first_line == 2


def test_json_lines_give_their_fields_as_text(tmp_path):
    table = open_table(put(tmp_path, "x.jsonl", '{"a": 1.5, "b c": "é"}\n{"a": null, "b c": true}\n'))
    assert table.columns == ("a", "b c")
    assert table.scan(["a", "b c"]).collect().rows() == [(0, "1.5", "é"), (1, None, "true")]


def test_keys_that_come_later_count_too(tmp_path):
    assert open_table(put(tmp_path, "x.jsonl", '{"a": 1}\n{"b": 2}\n')).columns == ("a", "b")


def test_wide_rows_are_found_past_quotes_and_blank_lines(tmp_path):
    table = open_table(put(tmp_path, "x.csv", 'a,b\n"1,1",2\n\n1,2,3\n"x\ny",2\n4,5,6,7\n'))
    assert table.wide_rows() == [2, 4]
    kept = table.scan(["a"], cut_wide_rows=True).collect()
    assert kept.filter(pl.col("row").is_in([2, 4]))["a"].to_list() == ["1", "4"]


@pytest.mark.parametrize(
    ("first", "separator"), [("a,b,c", ","), ("a\tb", "\t"), ("a;b;c", ";"), ("a|b|c,d", "|"), ("alone", ",")]
)
def test_the_separator_is_what_the_first_line_has_most_of(tmp_path, first, separator):
    assert open_table(put(tmp_path, "x.csv", f"{first}\n1\n")).separator == separator


def test_a_table_read_whole_keeps_the_types_of_its_format(tmp_path):
    assert open_table(put(tmp_path, "x.csv", "a\n1\n")).read().rows() == [("1",)]
    assert open_table(put(tmp_path, "x.jsonl", '{"a": [1]}\n')).read().rows() == [(["1"],)]
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "x.parquet")
    assert open_table(tmp_path / "x.parquet").read().rows() == [(1,)]


def test_packed_parquet_is_refused(tmp_path):
    with pytest.raises(DataError, match="unpack the file"):
        open_table(put(tmp_path, "x.parquet.gz", ""))


def test_items_with_a_broken_line_of_json_are_refused_by_name(tmp_path):
    with pytest.raises(DataError, match=r"x\.jsonl, line 2: this is no JSON object"):
        open_table(put(tmp_path, "x.jsonl", '{"a": 1}\n{"a": \n')).read()


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}, {"a": 2}]',
        '[\n {"a": 1},\n {"a": 2}\n]\n',
        '{"status": "ok", "rows": [{"a": 1}, {"a": 2}]}',
    ],
)
def test_a_document_with_one_list_of_objects_is_a_table(tmp_path, text):
    assert open_table(put(tmp_path, "x.json", text)).read().rows() == [(1,), (2,)]


def test_columns_as_pandas_writes_them_are_a_table(tmp_path):
    text = '{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": null}}'
    assert open_table(put(tmp_path, "x.json", text)).read().rows() == [(1, "x"), (2, None)]


@pytest.mark.parametrize("text", ['{\n"a": 1\n}\n', "[1, 2]", '{"a": [1', "null"])
def test_json_that_is_no_table_is_refused_by_name(tmp_path, text):
    with pytest.raises(DataError, match=r"x\.json.*one object a line|x\.json has no JSON object"):
        open_table(put(tmp_path, "x.json", text))


def test_objects_within_objects_are_columns_with_a_dot_and_what_mongodb_adds_goes(tmp_path):
    text = (
        '{"user": {"id": 7, "at": {"city": "Bergen"}}, "_id": {"$oid": "5f"}, "n": {"$numberLong": "12"}}\n'
    )
    table = open_table(put(tmp_path, "x.jsonl", text))
    assert table.columns == ("user.id", "user.at.city", "_id", "n")
    assert table.scan(table.columns).collect().row(0) == (0, "7", "Bergen", "5f", "12")


def test_json_values_of_several_types_are_text(tmp_path):
    table = open_table(put(tmp_path, "x.jsonl", '{"a": 1, "b": 2}\n{"a": "x", "b": 2.5}\n'))
    assert table.read().rows() == [("1", 2.0), ("x", 2.5)]


def test_values_that_stand_for_none_are_null_whatever_the_format(tmp_path):
    asked = Format(missing=("NA", "-1"))
    expected = [(None, 3), (5, None)]
    csv = open_table(put(tmp_path, "x.csv", "a,b\n NA ,3\n5,-1\n"), asked).read()
    assert [tuple(None if value is None else int(value) for value in row) for row in csv.rows()] == expected
    pl.DataFrame({"a": [-1, 5], "b": [3.0, -1.0]}).write_parquet(tmp_path / "x.parquet")
    assert open_table(tmp_path / "x.parquet", asked).read().rows() == expected
    lines = put(tmp_path, "x.jsonl", '{"a": -1, "b": 3}\n{"a": 5, "b": "NA"}\n')
    assert open_table(lines, asked).scan(["a", "b"]).collect().rows() == [(0, None, "3"), (1, "5", None)]
