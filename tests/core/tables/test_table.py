import polars as pl
import pytest

from palate.errors import DataError
from palate.tables import Table


def put(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_lines_keep_their_numbers_when_blank_ones_are_left_out(tmp_path):
    table = Table.open(put(tmp_path, "x.csv", "a,b\n1,2\n\n 3 ,\n"))
    assert table.scan(["a", "b"]).collect().rows() == [(0, "1", "2"), (2, "3", None)]
    assert table.first_line == 2


def test_json_lines_give_their_fields_as_text(tmp_path):
    table = Table.open(put(tmp_path, "x.jsonl", '{"a": 1.5, "b c": "é"}\n{"a": null, "b c": true}\n'))
    assert table.columns == ("a", "b c")
    assert table.scan(["a", "b c"]).collect().rows() == [(0, "1.5", "é"), (1, None, "true")]


def test_keys_that_come_later_count_too(tmp_path):
    assert Table.open(put(tmp_path, "x.jsonl", '{"a": 1}\n{"b": 2}\n')).columns == ("a", "b")


def test_wide_rows_are_found_past_quotes_and_blank_lines(tmp_path):
    table = Table.open(put(tmp_path, "x.csv", 'a,b\n"1,1",2\n\n1,2,3\n"x\ny",2\n4,5,6,7\n'))
    assert table.wide_rows() == [2, 4]
    kept = table.scan(["a"], cut_wide_rows=True).collect()
    assert kept.filter(pl.col("row").is_in([2, 4]))["a"].to_list() == ["1", "4"]


@pytest.mark.parametrize(
    ("first", "separator"), [("a,b,c", ","), ("a\tb", "\t"), ("a;b;c", ";"), ("a|b|c,d", "|"), ("alone", ",")]
)
def test_the_separator_is_what_the_first_line_has_most_of(tmp_path, first, separator):
    assert Table.open(put(tmp_path, "x.csv", f"{first}\n1\n")).separator == separator


def test_a_table_read_whole_keeps_the_types_of_its_format(tmp_path):
    assert Table.open(put(tmp_path, "x.csv", "a\n1\n")).read().rows() == [("1",)]
    assert Table.open(put(tmp_path, "x.jsonl", '{"a": [1]}\n')).read().rows() == [([1],)]
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "x.parquet")
    assert Table.open(tmp_path / "x.parquet").read().rows() == [(1,)]


def test_packed_parquet_is_refused(tmp_path):
    with pytest.raises(DataError, match="unpack the file"):
        Table.open(put(tmp_path, "x.parquet.gz", ""))


def test_items_with_a_broken_line_of_json_are_refused_by_name(tmp_path):
    with pytest.raises(DataError, match=r"x\.jsonl cannot be read: line 2 is no JSON object"):
        Table.open(put(tmp_path, "x.jsonl", '{"a": 1}\n{"a": \n')).read()


@pytest.mark.parametrize("text", ['[{"a": 1}]\n', '{\n"a": 1\n}\n'])
def test_json_that_is_not_one_object_a_line_is_refused_by_name(tmp_path, text):
    with pytest.raises(DataError, match=r"x\.json has no JSON object on any of its first lines"):
        Table.open(put(tmp_path, "x.json", text))
