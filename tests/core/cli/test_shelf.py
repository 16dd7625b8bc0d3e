"""Ids from a file."""

import gzip

import polars as pl
import pytest

from palate.cli.shelf import shelf
from palate.errors import DataError


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("s.txt", "4\n\n 5 \n007\n", ["4", "5", "007"]),
        ("s.txt", "\ufeffitem_id\na,b\nc d\n", ["a,b", "c d"]),
        ("s.csv", "4\n5\n", ["4", "5"]),
        ("s.csv", 'sku\n"4"\n5\n', ["4", "5"]),
        ("s.csv", "stock,item_id,title\n3,007,A\n0,8,B\n", ["007", "8"]),
        ("s.tsv", "Movie ID\tyear\n7\t1999\n", ["7"]),
        ("s.jsonl", '{"asin": "B1", "n": 2}\n{"asin": "B2", "n": 3}\n', ["B1", "B2"]),
    ],
)
def test_ids_stand_one_a_line_or_in_the_column_that_is_called_so(tmp_path, name, text, ids):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert shelf(tmp_path / name) == ids


def test_a_packed_file_and_another_encoding_are_read(tmp_path):
    (tmp_path / "s.csv.gz").write_bytes(gzip.compress(b"sku\n4\n5\n"))
    (tmp_path / "s.csv").write_bytes("sku\né\n5\n".encode("utf-16"))
    assert shelf(tmp_path / "s.csv.gz") == ["4", "5"]
    assert shelf(tmp_path / "s.csv") == ["é", "5"]


def test_a_parquet_file_is_a_table_too(tmp_path):
    pl.DataFrame({"item": [3, None, 5]}).write_parquet(tmp_path / "s.parquet")
    assert shelf(tmp_path / "s.parquet") == ["3", "5"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("s.txt", b"", "no item ids"),
        ("s.txt", b"item_id\n", "no item ids"),
        ("s.txt", b"\xff\xfe\x00", "not UTF-8"),
        ("s.csv", b"a,b\n1,2\n", "no column of item ids: it has a, b; name one of them item_id"),
    ],
)
def test_a_file_without_ids_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said):
        shelf(tmp_path / name)


@pytest.mark.parametrize(
    "text", ["[3, 5]", '["3", "5"]', '{"items": [3, 5]}', '[{"item_id": 3}, {"item_id": 5}]']
)
def test_json_gives_ids_as_a_list_or_as_rows(tmp_path, text):
    (tmp_path / "s.json").write_text(text)
    assert shelf(tmp_path / "s.json") == ["3", "5"]


def test_lists_in_a_column_are_ids_apart(tmp_path):
    (tmp_path / "s.jsonl").write_text('{"items": [3, 5]}\n{"items": [7]}\n')
    assert shelf(tmp_path / "s.jsonl") == ["3", "5", "7"]
