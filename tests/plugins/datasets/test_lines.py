"""JSON lines and Python literals."""

import ast
import gzip
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.errors import DataError
from palate_datasets import lines
from palate_datasets.lines import read_lines
from palate_datasets.literals import as_json
from palate_datasets.values import texts

TEXTS = st.text(st.sampled_from("aué'\"\\\n\t: ,{}[]True None€😀0"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
    lambda inner: st.lists(inner, max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_literals_read_as_python_reads_them(rows):
    written = as_json(pl.Series([repr(row) for row in rows]))
    assert [json.loads(line) for line in written] == rows
    older = ["{" + ", ".join(f"u{key!a}: {value!r}" for key, value in row.items()) + "}" for row in rows]
    assert [json.loads(line) for line in as_json(pl.Series(older))] == [
        ast.literal_eval(line) for line in older
    ]


@pytest.mark.parametrize(
    "line",
    ["{'a': open('x')}", "{'a': __import__('os')}", "{'a': (lambda: 1)()}", "{'a': 'b}", "{'a': 1 + x}"],
)
def test_what_is_no_literal_is_not_run_and_is_no_json(line):
    (found,) = as_json(pl.Series([line]))
    with pytest.raises((ValueError, TypeError)):
        json.loads(found)


@pytest.mark.parametrize("line", [r"{u'a': u'\ud83d\ude00'}", r"{u'a': u'\ud83d\ude00', u'b': u'\xe9'}"])
def test_an_emoji_that_python_2_wrote_in_two_halves_is_one(tmp_path, line):
    path = tmp_path / "x.json"
    path.write_text(line)
    assert read_lines(path, ["a"]).rows() == [("😀",)]


@pytest.mark.parametrize("size", [7, 40, 2**20])
def test_blocks_of_any_size_give_the_same_rows(tmp_path, monkeypatch, size):
    monkeypatch.setattr(lines, "BLOCK", size)
    monkeypatch.setattr(lines.blocks, "__defaults__", (size,))
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b'{"a": 1, "b": ["x"]}\n\n{"b": null, "a": "two"}\n{"c": 3}'))
    assert read_lines(path, ["a", "b"]).rows() == [("1", '["x"]'), ("two", None), (None, None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1}\n\nnot json\n', "line 3: this is no JSON object: 'not json'"),
        ('{"a": 1}\n[1]\n', r"line 2: this is no JSON object: '\[1\]'"),
        ("{'a': 1}\n{'a': f(x)}\n", "line 2: this is no JSON object"),
        ('{"a": 1}\n{"b": 1}\n', "line 2: there is no 'a', which 1 of 2 lines"),
        ("", "is empty"),
    ],
)
def test_a_line_that_does_not_read_is_named(tmp_path, text, said):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_lines(path, ["a"], ["a"])


def test_a_packed_file_that_was_cut_off_is_said_to_be_damaged(tmp_path):
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:-20])
    with pytest.raises(DataError, match="is damaged"):
        read_lines(path, ["a"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a", "b", "a", ""]', ["a", "b"]),
        ('[["a", "b"], ["c"]]', ["a", "b", "c"]),
        ('["it\'s \\"q\\"", "\\u00e9"]', ['it\'s "q"', "é"]),
        ("[Reissue] Blue", ["[Reissue] Blue"]),
        ('["a", 1]', ['["a", 1]']),
        ("[]", []),
        ("", None),
        (None, None),
    ],
)
def test_lists_of_text_are_read_and_anything_else_is_one_text(text, expected):
    assert pl.DataFrame({"x": [text]}, schema={"x": pl.String}).select(texts("x"))["x"].to_list() == [
        expected
    ]
