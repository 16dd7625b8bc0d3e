"""Requests put together at random from what is nearly right are answered, or refused with a 4xx."""

import json
import random

import pytest

from palate_serve.routes import ROUTES

VALUES = [
    *(None, True, False, 0, 1, -1, 2, 3.5, 10**6, 10**19, -(10**19), 1e300, "", "1", "thing 1", "p03"),
    *("nope", "\u0000", "\u202e", "x" * 1200, "../..", [], {}, [1], ["thing 1", 3, "nope"], [[1]], [None]),
    *([{}], [1.5], {"min": 1}, [{"item": 1, "rating": 5}], [{"item": "nope", "time": 0}]),
    *([{"item": 1, "time": -1e9, "type": "a"}], {"kind": "loud tool"}, {"kind": []}, {"kind": {"min": 0}}),
    *({"colour": 1}, ["content"], ["linear", "content"]),
]
FIELDS = (
    "user", "history", "k", "include_seen", "only", "exclude", "where", "explain", "attributes", "branches",
    "run", "unknown_user", "item", "time", "rating", "type", "label", "events", "requests", "branch",
)  # fmt: skip
REQUESTS = 100
PARTS = ("p03", "1", "thing%201", "nope", "%00", "%ff", "%2e%2e", "a%2fb", "", "x" * 300, "%F0%9F%8D%8E")


def a_body(rng):
    fields = rng.sample(FIELDS, rng.randint(0, 4))
    body = {field: rng.choice(VALUES) for field in fields}
    if rng.random() < 0.2:
        several = [rng.sample(FIELDS, 2) for _ in range(3)]
        body["requests"] = [{field: rng.choice(VALUES) for field in each} for each in several]
    text = json.dumps(body)
    return text[: rng.randint(0, len(text))] if rng.random() < 0.1 else text


def a_path(rng, route):
    path = "/".join(rng.choice(PARTS) if part.startswith("{") else part for part in ("", *route.parts))
    names = [*(name for name, _ in route.parameters), "odd"]
    query = "&".join(f"{rng.choice(names)}={rng.choice(PARTS)}" for _ in range(rng.randint(0, 2)))
    return f"{path}?{query}" if query else path


@pytest.mark.parametrize("seed", range(4))
def test_odd_requests_are_never_a_mistake_of_the_server(serve, seed):
    client, rng = serve(), random.Random(seed)
    statuses = set()
    for _ in range(REQUESTS):
        route = rng.choice([each for each in ROUTES if each.handler != "page"])
        method = route.method if rng.random() < 0.95 else rng.choice(["PUT", "GET", "POST", "DELETE"])
        raw = a_body(rng).encode() if method == "POST" else None
        reply = client.ask(method, a_path(rng, route), raw=raw)
        statuses.add(reply.status)
        assert reply.status < 500, (method, route.path, raw, reply.body)
        if reply.status >= 400:
            assert reply.error["status"] == reply.status
            assert reply.error["message"]
    assert {200, 404, 422} <= statuses
