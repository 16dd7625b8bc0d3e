"""Texts that a language model writes, over HTTP and on this machine."""

import json
from collections import Counter

import polars as pl
import pytest

import palate
from palate.cli import main
from palate.data import Items
from palate.errors import ComponentError, PalateError
from palate.recipe import load_recipe
from palate.registry import installed
from palate.store.answers import Answer, Answers, digest
from palate.testing import conforms
from palate_endpoint.chat import finished
from palate_endpoint.client import Client
from palate_endpoint.generate import Generate

from .conftest import KEY, said


def generate(server, **options):
    given = {"url": server.url, "model": "tiny", "prompt": "Describe {text}", "attempts": 3, "timeout": 1.0}
    return installed().find("preprocessor", "generate").make({**given, "concurrency": 1, **options})


def items(*texts):
    return Items(pl.DataFrame({"id": range(len(texts)), "text": texts}, schema={"id": int, "text": str}))


def test_each_text_becomes_what_the_model_writes_of_it(server):
    asked = generate(server, system="Be short.", longest=9, concurrency=3)
    found = asked.apply(items("a", "b", "a", None, " "))
    assert found.text.to_list() == ["about Describe a", "about Describe b", "about Describe a", "", " "]
    assert server.texts == Counter({"Describe a": 1, "Describe b": 1})
    first = server.documents[0]
    assert (first["model"], first["temperature"], first["max_tokens"]) == ("tiny", 0, 9)
    assert [each["role"] for each in first["messages"]] == ["system", "user"]


def test_what_it_writes_may_stand_behind_the_text(server):
    assert generate(server, place="behind").apply(items("a")).text.to_list() == ["a\nabout Describe a"]


@pytest.mark.parametrize(
    "fault",
    [{"status": 429, "headers": {"Retry-After": "0"}}, {"status": 500}, {"cut": True}, {"slow": 2}],
    ids=["429", "500", "cut", "slow"],
)
def test_a_server_that_fails_once_is_asked_again(server, fault):
    server.faults = [fault]
    assert generate(server, timeout=0.5).apply(items("a")).text.to_list() == ["about Describe a"]
    assert len(server.headers) == 2


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ({"status": 500}, "answers with an error .500., 3 times"),
        ({"status": 401}, "refuses .401."),
        ({"answer": lambda _: {"choices": []}}, "answers a prompt without a list `choices`"),
        ({"answer": lambda _: [1]}, "answers a prompt without a list `choices`"),
        ({"answer": lambda _: {"choices": [{"text": "x"}]}}, "gives an answer that is no text"),
        ({"answer": lambda _: said(["x"])}, "gives an answer that is no text"),
    ],
)
def test_what_is_wrong_with_a_server_is_one_clear_error(server, fault, wrong):
    server.faults = [fault] * 3
    with pytest.raises(ComponentError, match=f"preprocessor 'generate'.*{wrong}"):
        generate(server).apply(items("a"))


def test_refusals_leave_the_text_and_are_counted_with_answers_cut_off(server):
    server.faults = [
        {"answer": lambda _: said("I'm sorry, but I can't help with that.")},
        {"answer": lambda _: said("", refusal="no")},
        {"answer": lambda _: said("A long st", "length")},
    ]
    asked = generate(server, longest=3)
    assert asked.apply(items("a", "b", "c", "d")).text.to_list() == [
        "a",
        "b",
        "A long st",
        "about Describe d",
    ]
    remarks = asked.remarks()
    assert remarks["refused"].startswith("2 of 4 texts (50.0%) were refused")
    assert remarks["cut off"] == "1 of 4 texts (25.0%) have an answer that was cut off after 3 tokens"
    assert "tokens were exchanged with http://127.0.0.1" in remarks["sent"]
    assert asked.remarks() == {}


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("Sorry, no.", "refused"),
        ("As an AI language model", "refused"),
        ("I cannot", "refused"),
        ("", "refused"),
        ("I can recommend it", "stop"),
        ("Unfortunately I cannot", "refused"),
        ("Sorrow and joy", "stop"),
    ],
)
def test_what_declines_is_told_from_what_describes(text, ended):
    assert finished(text, "stop").ended == ended


def test_what_was_answered_is_not_asked_for_again(server, tmp_path):
    """The third prompt fails for good; later only the rest is sent, also by another process."""
    server.faults = [{}, {}, *[{"status": 500}] * 3]
    asked, given = generate(server), items(*"abcdef")
    asked.keep_in(tmp_path)
    with pytest.raises(ComponentError):
        asked.apply(given)
    assert sum(server.texts.values()) == 2
    other = generate(server, timeout=9.0, key=None)
    other.keep_in(tmp_path)
    assert other.sends(given.text.to_list()) == {"texts": 4, "tokens": 12, "answers": 800}
    assert other.apply(given).text.to_list() == [f"about Describe {letter}" for letter in "abcdef"]
    assert set(server.texts.values()) == {1}
    assert other.sends(given.text.to_list())["texts"] == 0


def test_another_model_or_prompt_is_asked_anew(server, tmp_path):
    for options in ({}, {"model": "other"}, {"prompt": "Sum up {text}"}, {"revision": "2"}, {}):
        asked = generate(server, **options)
        asked.keep_in(tmp_path)
        asked.apply(items("a"))
    assert len(server.documents) == 4


def test_an_answer_that_was_cut_short_or_changed_on_disk_is_none(tmp_path):
    kept = Answers(tmp_path / "kept")
    with kept.writing() as keep:
        keep("a", Answer("one"))
        keep("b", Answer("two", "length"))
    (path,) = (tmp_path / "kept").glob("*.jsonl")
    whole = path.read_bytes()
    assert kept.read() == {digest("a"): Answer("one"), digest("b"): Answer("two", "length")}
    path.write_bytes(whole[:-20])
    assert list(kept.read()) == [digest("a")]
    path.write_bytes(whole.replace(b"one", b"won"))
    assert list(kept.read()) == [digest("b")]


def test_a_budget_counts_answers_and_stops_before_more_is_sent(server, tmp_path):
    """A prompt costs 3 tokens and an answer 4; 10 are set aside for an answer until it is there."""
    asked = generate(server, longest=10, budget_tokens=21)
    asked.keep_in(tmp_path)
    with pytest.raises(ComponentError, match="budget of 21 tokens does not suffice: about 14 were sent"):
        asked.apply(items(*"abcd"))
    assert sum(server.texts.values()) == 2


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"url": None}, "url and model, or decoder; got neither"),
        ({"decoder": "hash"}, "url and model, or decoder; got both"),
        ({"model": None}, "model must say"),
        ({"prompt": "Describe it"}, "prompt must say where the text goes"),
        ({"url": f"http://a/v1?api_key={KEY}"}, "put it into an environment variable"),
    ],
)
def test_options_that_do_not_fit_are_refused(server, options, wrong):
    with pytest.raises(PalateError, match=wrong) as caught:
        generate(server, **options)
    assert KEY not in str(caught.value)


def test_an_encoder_without_a_language_model_cannot_write(tmp_path):
    component = installed().find("preprocessor", "generate")
    asked = component.make({"prompt": "{text}", "decoder": {"use": "hash"}})
    asked.keep_in(tmp_path)
    with pytest.raises(ComponentError, match="encoder 'hash' has no language model that could write"):
        asked.apply(items("a"))


@pytest.fixture
def profiles(recipe, server):
    """A recipe whose items are described, and whose users' histories are, by the server."""
    write = {"use": "generate", "url": server.url, "model": "tiny", "key": "MY_KEY"}
    branch = {
        "text": [{"use": "template", "template": "{title}"}, {**write, "prompt": "Describe {text}"}],
        "encode": {"use": "hash", "dimensions": 64},
        "aggregate": {"use": "document", "align": 5, "rewrite": {**write, "prompt": "Who likes {text}?"}},
        "rank": "cosine",
    }
    return {**recipe, "branches": {"far": branch}, "fuse": None}


def test_a_run_is_described_by_plan_stopped_resumed_and_forgotten(
    profiles, server, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("MY_KEY", KEY)
    (tmp_path / "r.json").write_text(json.dumps(profiles))
    store = ["--store", str(tmp_path / "store")]
    where = {"store": tmp_path / "store", "folder": tmp_path / "runs"}

    def plan():
        assert main(["plan", str(tmp_path / "r.json"), *store]) == 0
        return " ".join(capsys.readouterr().out.split())

    assert "sends the texts of users' histories elsewhere" in plan()
    server.faults = [*[{}] * 10, *[{"status": 401}] * 4]
    with pytest.raises(ComponentError):
        palate.run(load_recipe(profiles), **where)
    server.faults, first = [], sum(server.texts.values())
    assert 7 <= first <= 10
    assert f"would send {24 - first} texts" in plan()
    run = palate.run(load_recipe(profiles), **where)
    assert set(server.texts.values()) == {1}
    written = list((tmp_path / "store/answers/users").rglob("*.jsonl"))
    assert written
    asked = len(server.documents)
    again = palate.run(load_recipe(profiles), **where)
    assert len(server.documents) == asked
    assert again.metrics.equals(run.metrics)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in kept


@pytest.mark.usefixtures("server")
class TestGenerate(conforms(Generate, url="http://127.0.0.1:1/v1", model="tiny", prompt="Describe {text}")):
    """The checks of every preprocessor, of one that a server stands behind."""

    @pytest.fixture(autouse=True)
    def _here(self, serving, monkeypatch):
        def client(self):
            given = (serving.url, self.model, self.key, 1, self.timeout, self.attempts)
            return Client("preprocessor 'generate'", *given, None, None)

        monkeypatch.setattr(Generate, "_client", property(client))


@pytest.mark.parametrize(("option", "value"), [("concurrency", 9), ("key", "OTHER"), ("budget_tokens", 5)])
def test_how_it_is_asked_is_no_part_of_what_it_wrote(option, value):
    from palate.recipe.model import Block
    from palate.registry import installed

    given = {"url": "http://localhost:1/v1", "model": "m", "prompt": "Describe {text}"}
    component = installed().find("preprocessor", "generate")
    assert Block(component, given | {option: value}).identity() == Block(component, given).identity()
    assert Block(component, given | {"longest": 9}).identity() != Block(component, given).identity()
