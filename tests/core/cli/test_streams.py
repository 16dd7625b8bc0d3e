"""Terminals that cannot show every sign, and none at all."""

import io
import json
import sys

from palate.cli import main
from palate.cli.streams import prepare_streams


def written(monkeypatch, encoding, text):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    prepare_streams()
    stream.write(text)
    stream.flush()
    return stream.buffer.getvalue()


def test_json_for_an_ascii_terminal_reads_as_what_it_was(monkeypatch):
    value = {"título": "三 ± 🎬"}
    assert json.loads(written(monkeypatch, "ascii", json.dumps(value, ensure_ascii=False))) == value


def test_what_an_encoding_has_stays_as_it_is(monkeypatch):
    assert written(monkeypatch, "cp1252", "±0.1 三") == "±0.1 ".encode("cp1252") + b"\\u4e09"
    assert written(monkeypatch, "utf-8", "±0.1 三") == "±0.1 三".encode()


def test_a_closed_output_is_no_error(monkeypatch):
    for words in (["--help"], ["--version"], ["recipes"], ["no-such-command"]):
        monkeypatch.setattr(sys, "stdout", None)
        monkeypatch.setattr(sys, "stderr", None)
        assert main(words) == (2 if words == ["no-such-command"] else 0)
