"""Vectors over HTTP, from a small server that makes the faults that servers make."""

import json
from collections import Counter

import numpy as np
import pytest

import palate
from palate.cli import main
from palate.errors import ComponentError, PalateError
from palate.recipe import load_recipe
from palate.registry import installed
from palate.store.texts import TextVectors
from palate.testing import conforms
from palate_endpoint.client import Client
from palate_endpoint.encoder import Endpoint
from palate_endpoint.texts import batches, cut, tokens_of

from .conftest import KEY, vector


def encoder(server, **options):
    given = {"url": server.url, "model": "tiny", "attempts": 3, "timeout": 1.0, **options}
    return installed().find("encoder", "endpoint").make(given)


def test_each_text_gets_its_own_vector_however_they_are_batched(server):
    texts = [f"text {number}" for number in range(20)]
    found = encoder(server, batch_texts=3).encode(texts)
    assert np.allclose(found, [vector(text) for text in texts])
    assert max(server.texts.values()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"status": 500},
        {"status": 503},
        {"cut": True},
        {"slow": 2},
    ],
    ids=["429", "500", "503", "cut", "slow"],
)
def test_a_server_that_fails_once_is_asked_again(server, fault):
    server.faults = [fault]
    found = encoder(server, timeout=0.5).encode(["a", "b"])
    assert np.allclose(found, [vector("a"), vector("b")])
    assert len(server.headers) == 2


def test_the_time_that_a_busy_server_names_is_waited_for(server, monkeypatch):
    import time

    waits, sleep = [], time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: (waits.append(seconds), sleep(0))[0])
    server.faults = [{"status": 429, "headers": {"Retry-After": "7"}}]
    encoder(server).encode(["a"])
    assert waits == [7]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 500}, "answers with an error .500., 3 times"),
        ({"status": 401}, "refuses .401.: it wants a token; set PALATE_TOKEN_127_0_0_1"),
        ({"answer": lambda document: {"data": []}}, "gives 0 vectors for 2 texts"),
        ({"answer": lambda document: {"error": "?"}}, "without a list `data`"),
        (
            {"answer": lambda _: {"data": [{"embedding": [1]}, {"embedding": [1, 2]}]}},
            "different lengths: 1, 2",
        ),
        ({"answer": lambda _: {"data": [{"embedding": "x"}, {"embedding": [1]}]}}, "no lists of numbers"),
        ({"answer": lambda _: {"data": [{"embedding": [float("nan")]}] * 2}}, "gives two vectors|NaN"),
        ({"answer": lambda _: {"data": [{"index": 1, "embedding": [1]}] * 2}}, "two vectors for one text"),
    ],
)
def test_what_is_wrong_with_a_server_is_one_clear_error(server, fault, said):
    server.faults = [fault] * 3
    with pytest.raises(ComponentError, match=said):
        encoder(server).encode(["a", "b"])


def test_vectors_of_another_length_than_before_are_refused(server):
    asked = encoder(server, batch_texts=1, concurrency=1)
    asked.encode(["a"])
    server.faults = [{"answer": lambda _: {"data": [{"embedding": [1.0, 2.0]}]}}]
    with pytest.raises(ComponentError, match="different lengths: 4 and 2"):
        asked.encode(["b"])
    with pytest.raises(ComponentError, match="vectors of 4 numbers, and dimensions says 8"):
        encoder(server, dimensions=8).encode(["a"])


def test_a_server_that_is_not_there_is_one_clear_error():
    there = installed().find("encoder", "endpoint")
    gone = there.make({"url": "http://127.0.0.1:9/v1", "model": "m", "attempts": 1})
    with pytest.raises(ComponentError, match=r"127\.0\.0\.1:9/v1/embeddings does not answer"):
        gone.encode(["a"])


def test_a_key_comes_from_the_environment_and_is_in_no_message(server, monkeypatch):
    with pytest.raises(
        ComponentError, match="the environment variable MY_KEY, which is to hold a token, is not set"
    ):
        encoder(server, key="MY_KEY").encode(["a"])
    monkeypatch.setenv("MY_KEY", KEY)
    asked = encoder(server, key="MY_KEY")
    asked.encode(["a"])
    assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"
    server.faults = [{"status": 401}]
    with pytest.raises(ComponentError) as caught:
        asked.encode(["b"])
    assert KEY not in str(caught.value) + repr(asked)


def test_an_address_with_a_key_in_it_is_refused():
    with pytest.raises(PalateError, match="put it into an environment variable") as caught:
        installed().find("encoder", "endpoint").make({"url": f"http://a/v1?api_key={KEY}", "model": "m"})
    assert KEY not in str(caught.value)


def test_what_was_answered_is_not_asked_for_again(server, tmp_path):
    """The third request fails for good; later only the rest is sent."""
    texts = [f"text {number}" for number in range(10)]
    server.faults = [{}, {}, *[{"status": 500}] * 3]
    asked = encoder(server, batch_texts=2, concurrency=1)
    with pytest.raises(ComponentError):
        TextVectors(tmp_path).encode(texts, asked, "k")
    first = Counter(server.texts)
    result = TextVectors(tmp_path).encode(texts, asked, "k")
    assert sum(first.values()) == 4
    assert set((server.texts - first).values()) | set(first.values()) == {1}
    assert np.allclose(result.vectors, [vector(text) for text in texts])


def test_a_budget_stops_before_more_is_sent_and_keeps_what_is_done(server, tmp_path):
    texts = [f"{number:04}" * 4 for number in range(10)]  # 4 tokens each
    asked = encoder(server, batch_texts=2, concurrency=1, budget_tokens=20)
    with pytest.raises(ComponentError, match="budget of 20 tokens does not suffice: about 16 were sent"):
        TextVectors(tmp_path).encode(texts, asked, "k")
    assert sum(server.texts.values()) == 4
    assert len(TextVectors(tmp_path).left(texts, "k")) == 6


def test_texts_are_cut_and_batched_by_about_their_tokens():
    assert [tokens_of(text) for text in ("", "abcd", "abcde", "吃吃")] == [1, 1, 2, 2]
    assert cut("abcdefgh", 1) == "abcd"
    assert cut("吃吃", 1) == "吃"
    assert list(batches(["abcd"] * 5, 2, 9)) == [[0, 1], [2, 3], [4]]
    assert list(batches(["abcd" * 9, "a", "b", "c"], 2, 9)) == [[0], [1, 2], [3]]


def recipe_with(recipe, server):
    text = [{"use": "template", "template": "{title}"}]
    branch = {
        "text": text,
        "encode": {"use": "endpoint", "url": server.url, "model": "tiny", "key": "MY_KEY"},
    }
    branch |= {"aggregate": "mean", "rank": "cosine"}
    return {**recipe, "branches": {"far": branch}, "fuse": None}


def test_a_run_keeps_no_key_and_plan_says_what_would_be_sent(recipe, server, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MY_KEY", KEY)
    whole = recipe_with(recipe, server)
    (tmp_path / "r.json").write_text(json.dumps(whole))
    store = ["--store", str(tmp_path / "store")]
    assert main(["plan", str(tmp_path / "r.json"), *store]) == 0
    assert "how many is known once they are written" in " ".join(capsys.readouterr().out.split())
    server.faults = [{"status": 401}]
    with pytest.raises(ComponentError):
        palate.run(load_recipe(whole), store=tmp_path / "store", folder=tmp_path / "runs")
    assert main(["plan", str(tmp_path / "r.json"), *store]) == 0
    assert "would send 24 texts, about 48 tokens" in " ".join(capsys.readouterr().out.split())
    palate.run(load_recipe(whole), store=tmp_path / "store", folder=tmp_path / "runs")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in kept
    assert set(server.texts.values()) == {1}


@pytest.mark.usefixtures("server")
class TestEndpoint(conforms(Endpoint, url="http://127.0.0.1:1/v1", model="tiny")):
    """The checks of every encoder, of one that a server stands behind."""

    @pytest.fixture(autouse=True)
    def _here(self, serving, monkeypatch):
        def client(self):
            given = (serving.url, self.model, self.key, 1, self.timeout, self.attempts)
            return Client("encoder 'endpoint'", *given, None, None)

        monkeypatch.setattr(Endpoint, "_client", property(client))
