"""`palate serve` says in one sentence why it does not begin."""

import socket
from dataclasses import replace

import pytest

from palate.cli import main
from palate.registry import installed
from palate_serve.warming import recalls


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing"], "has no pipeline: there is no such folder"),
        (["{run}", "--host", "0.0.0.0"], "set tokens"),
        (["{run}", "--tokens", "missing"], "missing cannot be read"),
        (["{run}", "--port", "{taken}"], "cannot be listened on"),
        (["{run}", "--port", "0", "--events", "{folder}/notes"], "cannot be opened"),
        (["{run}", "--port", "0", "--beside", "missing"], "has no pipeline"),
    ],
)
def test_a_start_that_cannot_be_is_refused_in_one_sentence(runs, tmp_path, capsys, words, said):
    (tmp_path / "notes").write_text("no database" * 1000)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        known = {"run": runs["shop"].folder, "taken": taken.getsockname()[1], "folder": tmp_path}
        events = [] if "--events" in words else ["--events", str(tmp_path / "events.sqlite")]
        assert main(["serve", *(word.format(**known) for word in words), *events]) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert len(shown.strip().splitlines()) == 1


def test_a_missing_library_is_named_with_the_extra_that_brings_it(runs, capsys, monkeypatch):
    from palate_serve import needed

    monkeypatch.setattr(needed, "LIBRARIES", ("msgspec", "no_such_library"))
    assert main(["serve", str(runs["shop"].folder)]) == 2
    assert "no_such_library: pip install 'palate[serve]'" in capsys.readouterr().err


def test_how_much_an_index_finds_is_looked_at_when_a_run_is_opened(opened):
    linear, content = opened.pipeline.branches
    index = installed().find("index", "exact").make({"candidates": 24}).build(content.vectors)
    whole = replace(opened.pipeline, branches=(linear, replace(content, index=index)))
    assert recalls(whole) == {"content": 1.0}
    few = installed().find("index", "exact").make({"candidates": 10}).build(content.vectors)
    some = replace(opened.pipeline, branches=(linear, replace(content, index=few)))
    assert recalls(some) == {"content": pytest.approx(10 / 20)}
    assert recalls(opened.pipeline) == {}
