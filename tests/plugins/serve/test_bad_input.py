"""Whatever is sent, the answer is a clear 4xx with the field: never a 500, never a traceback."""

import json
import time

import pytest

from palate.serve import Limits

PLACE, EVENTS = "/v1/recommendations", "/v1/events"


BODIES = {
    "no JSON": (b"hello", 400, None),
    "half an object": (b'{"user": ', 400, None),
    "nothing": (b"", 400, None),
    "a byte that is no UTF-8": (b'{"user": "\xff"}', 400, None),
    "half a surrogate": (b'{"user": "\\ud800"}', 400, None),
    "NaN": (b'{"k": NaN}', 400, None),
    "infinity": (b'{"history": [{"item": 1, "rating": Infinity}]}', 400, None),
    "deep nesting": (b"[" * 100_000, 422, None),
    "deep nesting in a field": (b'{"where": {"kind": ' + b"[" * 50_000, 422, "where[...][0]"),
    "a list": (b"[]", 422, None),
    "null": (b"null", 422, None),
    "k of 0": (b'{"k": 0}', 422, "k"),
    "k below 0": (b'{"k": -1}', 422, "k"),
    "k of a half": (b'{"k": 1.5}', 422, "k"),
    "k as text": (b'{"k": "10"}', 422, "k"),
    "k of a thousand million": (b'{"k": 1000000000}', 422, "k"),
    "k of 10^400": (b'{"k": 1' + b"0" * 400 + b"}", 422, "k"),
    "k above the limit": (b'{"k": 1001}', 422, "k"),
    "a user of 3.7": (b'{"user": 3.7}', 422, "user"),
    "a user that is true": (b'{"user": true}', 422, "user"),
    "a user that is a list": (b'{"user": []}', 422, "user"),
    "a user of 10^30": (b'{"user": 1000000000000000000000000000000}', 422, "user"),
    "a long user": (b'{"user": "' + b"x" * 5000 + b'"}', 422, "user"),
    "a user and a history": (b'{"user": "p03", "history": []}', 422, "history"),
    "a history that is text": (b'{"history": "thing 1"}', 422, "history"),
    "null in a history": (b'{"history": [null]}', 422, "history[0]"),
    "a rating as text": (b'{"history": [{"item": 1, "rating": "5"}]}', 422, "history[0].rating"),
    "a huge rating": (b'{"history": [{"item": 1, "rating": 1e300}]}', 422, "history[0].rating"),
    "a time of 10^18": (b'{"history": [{"item": 1, "time": 1e18}]}', 422, "history[0].time"),
    "an event without an item": (b'{"history": [{"time": 1}]}', 422, "history[0]"),
    "a long history": (json.dumps({"history": [1] * 10_001}).encode(), 422, "history"),
    "an unknown field": (b'{"usr": "p03"}', 422, None),
    "an unknown attribute": (b'{"where": {"colour": "red"}}', 422, "where.colour"),
    "a range of words": (b'{"where": {"kind": {"min": 1}}}', 422, "where.kind"),
    "an attribute to show that is not there": (b'{"attributes": ["colour"]}', 422, "attributes"),
    "an unknown branch": (b'{"branches": ["nope"]}', 422, "branches"),
    "no branch": (b'{"branches": []}', 422, "branches"),
    "an unknown run": (b'{"run": "nope"}', 404, "run"),
    "a run by its path": (b'{"run": "../../etc"}', 404, "run"),
    "only what nobody knows": (b'{"only": ["nope"]}', 404, "only"),
    "an unknown user, refused": (b'{"user": "nope", "unknown_user": "refuse"}', 404, "user"),
    "another word for refuse": (b'{"unknown_user": "explode"}', 422, "unknown_user"),
    "many attributes": (json.dumps({"attributes": ["kind"] * 51}).encode(), 422, "attributes"),
    "many conditions": (json.dumps({"where": {str(n): 1 for n in range(51)}}).encode(), 422, "where"),
    "many branches": (json.dumps({"branches": ["content"] * 51}).encode(), 422, "branches"),
    "many explanations": (b'{"k": 101, "explain": true}', 422, "k"),
    "a body of 10 MB": (b'{"user": "' + b"x" * 10_000_000 + b'"}', 413, None),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_request_for_recommendations_that_cannot_be_answered_says_why(serve, name):
    body, status, field = BODIES[name]
    reply = serve().ask("POST", PLACE, raw=body)
    assert (reply.status, reply.error.get("field")) == (status, field)
    assert reply.error["message"]
    assert "Traceback" not in reply.body.decode()


def event(**more):
    return {"user": "p03", "item": 1, **more}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (event(time=time.time() + 86_400), "time"),
        (event(time="yesterday"), "time"),
        (event(rating="good"), "rating"),
        (event(user=None), "user"),
        (event(item=""), "item"),
        (event(user=""), "user"),
        ({"user": "p03"}, None),
        (event(colour="red"), None),
        ({"events": []}, "events"),
        ({"events": [event(), event(time=1e12)]}, "events[1].time"),
        ({"events": [event()] * 10_001}, "events"),
        ({"events": event()}, "events"),
    ],
)
def test_an_event_that_cannot_be_kept_is_refused_with_its_field_and_nothing_is_kept(serve, body, field):
    client = serve()
    reply = client.post(EVENTS, body)
    assert (reply.status, reply.error.get("field")) == (422, field)
    assert client.get("/v1/run").json["events"] == 0


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/users/p03/recommendations?k=0", 422, "k"),
        ("/v1/users/p03/recommendations?k=many", 422, "k"),
        ("/v1/users/p03/recommendations?k=1&k=2", 422, "k"),
        ("/v1/users/p03/recommendations?depth=1", 422, "depth"),
        ("/v1/users/%ff/recommendations", 400, None),
        ("/v1/users/%00/recommendations", 400, None),
        ("/v1/users//recommendations", 400, None),
        ("/v1/users/..%2f..%2fetc%2fpasswd", 404, "user"),
        ("/v1/users/" + "x" * 2000, 400, None),
        ("/v1/users/nope", 404, "user"),
        ("/v1/users/nope/profile", 404, "user"),
        ("/v1/users/p03/profile?branch=nope", 422, "branch"),
        ("/v1/items/nope", 404, "item"),
        ("/v1/items/nope/similar", 404, "item"),
        ("/v1/items/1/similar?k=100000", 422, "k"),
        ("/v1/items?k=-1", 422, "k"),
        ("/v1/../../etc/passwd", 404, None),
        ("/nothing", 404, None),
        ("/v1/users/p03?q=%zz", 422, "q"),
        ("/v1/users?q=%ff", 400, None),
    ],
)
def test_an_address_that_leads_nowhere_says_so(serve, path, status, field):
    reply = serve().get(path)
    assert (reply.status, reply.error.get("field")) == (status, field)


def test_another_method_is_named_and_another_type_of_body_is_refused(serve):
    client = serve()
    assert client.get(PLACE).status == 405
    assert client.ask("PUT", "/v1/users/p03").status == 405
    form = client.ask("POST", PLACE, raw=b"user=p03", headers={"content-type": "text/plain"})
    assert (form.status, form.error["field"]) == (415, "Content-Type")


def test_a_body_in_many_parts_is_counted_as_it_comes(serve):
    client = serve(limits=Limits(body=1000))
    reply = client.ask("POST", PLACE, raw=b"", chunks=[b"x" * 300] * 10)
    assert reply.status == 413


@pytest.mark.parametrize("key", ["", "x" * 201, "ключ".encode().decode("latin-1"), "a\r\nSet-Cookie: b"])
def test_an_idempotency_key_is_short_plain_text(serve, key):
    client = serve()
    reply = client.post(EVENTS, event(), headers={"Idempotency-Key": key})
    assert (reply.status, reply.error["field"]) == (422, "Idempotency-Key")
    assert all(b"\r" not in value and b"\n" not in value for value in reply.headers.values())


TRICKS = [
    "\u202ep03",
    "p03\u0000",
    "ｐ03",
    "𝔭03",
    "p03\u200d",
    "'; DROP TABLE log;--",
    "<script>alert(1)</script>",
    "{}",
]


@pytest.mark.parametrize("text", TRICKS)
def test_unicode_tricks_are_just_another_user(serve, text):
    client = serve()
    assert client.post(PLACE, {"user": text}).json["known"] is False
    assert client.post(EVENTS, {"user": text, "item": 3}).status == 200
    after = client.post(PLACE, {"user": text, "k": 24})
    assert after.json["known"] is True
    assert 3 not in after.items


def test_duplicates_in_a_history_count_once_and_break_nothing(serve):
    client = serve()
    twice = client.post(PLACE, {"history": [1, 1, "thing 1", 3], "k": 5})
    assert (twice.status, len(twice.items)) == (200, 5)


def test_a_mistake_of_the_server_is_a_500_without_its_details(serve, monkeypatch, caplog):
    client = serve()
    monkeypatch.setattr(client.app.service, "prepare", lambda ask: 1 / 0)
    reply = client.post(PLACE, {"user": "p03"})
    assert reply.status == 500
    assert "division" not in reply.body.decode()
    assert "ZeroDivisionError" in caplog.text
