"""Trackers: switched on by name, fed in the background, never in the way."""

import os
import threading
import time
from contextlib import contextmanager

import pytest

from palate.errors import PluginError
from palate.events import Event
from palate.tracking import Destination, Follower, drain, requested, track
from palate.tracking.background import Background
from palate.tracking.records import flat, plain, record_of

STARTED = Event("plan-started", total=3, details={"name": "shop", "display": True})


class Kept:
    """Keeps what it receives, by place; `broken` ones raise."""

    def __init__(self):
        self.records, self.opened, self.broken = {}, [], set()

    def __call__(self, where):
        self.opened.append(where)
        kept = self.records.setdefault(where, [])
        outer = self

        class Tracker:
            def receive(self, record):
                if where in outer.broken:
                    raise ConnectionError("no route to https://ann:pw@host?token=abc")
                kept.append(record)

        return Tracker()


@pytest.fixture(autouse=True)
def _none_requested(monkeypatch):
    monkeypatch.delenv("PALATE_TRACK", raising=False)


def test_the_environment_names_trackers_with_commas_or_lines(monkeypatch):
    assert requested() == ()
    monkeypatch.setenv("PALATE_TRACK", "mlflow, jsonl:runs.jsonl,mlflow")
    assert requested() == (Destination("mlflow"), Destination("jsonl", "runs.jsonl"))
    monkeypatch.setenv("PALATE_TRACK", "mlflow:http://host:5000#a,b\n")
    assert requested() == (Destination("mlflow", "http://host:5000#a,b"),)


@contextmanager
def asked(*specs):
    """Trackers that no plugin registers, switched on for a block that waits for them."""
    os.environ["PALATE_TRACK"] = "\n".join([*specs, ""])
    try:
        yield
    finally:
        del os.environ["PALATE_TRACK"]
        drain()


def test_within_a_block_trackers_are_added_and_then_as_before(monkeypatch):
    monkeypatch.setenv("PALATE_TRACK", "mlflow")
    with track("jsonl:x"):
        assert requested() == (Destination("mlflow"), Destination("jsonl", "x"))
    assert os.environ["PALATE_TRACK"] == "mlflow"


def test_a_name_that_is_no_tracker_is_refused_with_those_there_are():
    said = r"'mlfow' is no tracker\. Did you mean 'mlflow'\?.*jsonl\[:FILE\]"
    with pytest.raises(PluginError, match=said), track("mlfow", "jsonl"):
        pytest.fail("the block is not entered")
    assert requested() == ()


def test_a_follower_hands_records_to_each_place_that_is_asked_for():
    kept = Kept()
    follow = Follower("kept", kept)
    follow(STARTED)
    with asked("kept:a", "kept:b", "other:c"):
        follow(STARTED)
        follow(Event("notice", message="user 'u17' has a fifth of the events"))
        follow(Event("step-progress", "fit", 1, 9, fingerprint="f", values={"loss": 0.5}))
        follow(Event("step-progress", "fit", 2, 9))
    assert sorted(kept.records) == ["a", "b"]
    started, progress = kept.records["a"]
    assert (started["event"], started["name"], started["steps"]) == ("plan-started", "shop", 3)
    assert {name: progress[name] for name in ("step", "fingerprint", "number", "of", "values")} == {
        "step": "fit", "fingerprint": "f", "number": 1, "of": 9, "values": {"loss": 0.5},
    }  # fmt: skip


def test_a_tracker_that_raises_is_reported_once_without_secrets_and_tried_again_for_the_next_plan(caplog):
    kept = Kept()
    kept.broken.add("a")
    follow = Follower("kept", kept)
    with asked("kept:a"):
        follow(STARTED)
        (said,) = drain()
        assert "tracker 'kept': it failed (ConnectionError: no route to https://***@host?token=***)" in said
        assert said.endswith("the run is not affected")
        follow(Event("plan-finished"))
        assert drain() == [], "reported once"
        kept.broken.clear()
        follow(STARTED)
    assert [record["event"] for record in kept.records["a"]] == ["plan-started"]
    assert caplog.text.count("tracker 'kept'") == 1


def test_a_tracker_that_cannot_be_opened_does_not_stop_anybody():
    follow = Follower("gone", lambda where: 1 / 0)
    with asked("gone"):
        follow(STARTED)
        (said,) = drain()
    assert "ZeroDivisionError" in said


def test_a_tracker_that_hangs_is_waited_for_no_longer_than_said():
    held = threading.Event()

    class Slow:
        def receive(self, record):
            held.wait()

    background = Background("slow", "", lambda where: Slow())
    for _ in range(3):
        background.put({"event": "x"})
    background.wait(0.0)
    assert background.problem() == (
        "tracker 'slow': it does not answer, and 3 records are not sent; the run is not affected"
    )
    held.set()


def test_more_records_than_can_wait_are_left_out_and_counted(monkeypatch):
    held, background = threading.Event(), None

    class Slow:
        def receive(self, record):
            held.wait()

    monkeypatch.setattr("palate.tracking.background.WAITING", 5)
    background = Background("slow", "", lambda where: Slow())
    for _ in range(20):
        background.put({"event": "x"})
    held.set()
    background.wait(time.monotonic() + 60)
    assert "it is too slow, and 1" in background.problem()


def test_records_have_no_secrets_no_lists_of_users_and_no_numbers_that_are_none():
    details = {
        "parameters": {
            "source": {"use": "sql", "password": "pw", "api_key": "k", "url": "postgres://ann:pw@host/db"},
            "drop": {"users": ["u1", "u2"], "min_users": 5, "max_tokens": 256, "token": None},
        },
        "value": float("nan"), "quiet": True,
    }  # fmt: skip
    record = record_of(Event("run-finished", details=details))
    assert record["parameters"] == {
        "source": {"use": "sql", "password": "***", "api_key": "***", "url": "postgres://***@host/db"},
        "drop": {"users": "2 users", "min_users": 5, "max_tokens": 256, "token": None},
    }
    assert record["value"] is None
    assert "quiet" not in record


def test_notices_and_remarks_of_steps_are_no_records():
    assert record_of(Event("notice", message="user 'u17'")) is None
    assert record_of(Event("step-started", "fit")) is None
    finished = record_of(Event("step-finished", "fit", seconds=1.5, details={"warnings": ["user 'u17'"]}))
    assert "u17" not in str(finished)
    assert finished["seconds"] == 1.5


def test_nested_options_become_dotted_names():
    assert flat({"a": {"b": 1}, "c": [{"use": "x"}, {"use": "y"}], "d": [1, 2]}) == {
        "a.b": 1, "c.0.use": "x", "c.1.use": "y", "d": [1, 2],
    }  # fmt: skip
    assert plain({"a": (1, None, True)}) == {"a": [1, None, True]}
