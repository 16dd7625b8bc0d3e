"""Plain requests for recommendations over a socket: as all requests are answered, without a task for each."""

import contextlib
import gc
import json
import socket
import threading
import time

import pytest

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("httptools")

PLACE = "/v1/recommendations"


class Listening:
    """An application behind uvicorn in a thread, with how many requests the express took, and did not."""

    def __init__(self, app):
        from palate_serve.processes import listening
        from palate_serve.protocol import guarded

        self.app, self.taken = app, []
        take, express = app.express.take, app.express
        express.take = lambda cycle: self.taken.append(take(cycle)) or self.taken[-1]
        self.listener = listening("127.0.0.1", 0)
        config = uvicorn.Config(app, http=guarded(5.0, express), log_config=None, server_header=False)
        config.date_header = False
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]})
        self.thread.start()

    def connect(self):
        line = socket.create_connection(self.listener.getsockname()[:2], timeout=20)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return contextlib.closing(line)

    def close(self):
        self.server.should_exit = True
        self.thread.join(30)
        self.listener.close()


def asked(body, more=(), place=PLACE, method="POST", version="1.1"):
    """Head and body of a request."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {place} HTTP/{version}", "Host: localhost", f"Content-Length: {len(data)}"]
    head = {"Content-Type": "application/json"} | dict(more)
    lines += [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n", data


def answer(line, many=1):
    """Status, headers and body of so many answers."""
    found, data = [], b""
    while len(found) < many:
        part = line.recv(1 << 16)
        assert part, f"the connection was closed after {data!r}"
        data += part
        while b"\r\n\r\n" in data:
            head, _, rest = data.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = dict(each.split(": ", 1) for each in lines)
            length = int(headers["content-length"])
            if len(rest) < length:
                break
            found.append((first, headers, rest[:length]))
            data = rest[length:]
    return found[0] if many == 1 else found


@pytest.fixture
def start(opened, tmp_path):
    from palate import serve

    made = []

    def begin(**options):
        made.append(Listening(serve.App(opened, events=tmp_path / f"events-{len(made)}.sqlite", **options)))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.fixture
def server(start):
    return start()


GOOD = {
    "a user": {"user": "p03", "k": 3},
    "nobody": {"k": 3},
    "a history": {"history": [0, 1], "k": 4},
    "a history with times": {"history": [{"item": 1, "time": 1e9, "rating": 5}]},
    "unknown items": {"history": ["no such item", 1]},
    "only some items": {"history": [0], "only": [1, 2, 3]},
    "a condition": {"history": [0], "where": {"kind": "tea"}},
    "a branch": {"history": [0], "branches": ["linear"], "attributes": ["kind"]},
}
BAD = {
    "no JSON": b"{",
    "another type": {"user": ["u1"]},
    "no such field": {"usr": 1},
    "k of none": {"k": 0},
    "too many": {"k": 10**6},
    "a user and a history": {"user": "p03", "history": [1]},
    "a user that must be known": {"user": "who", "unknown_user": "refuse"},
    "no such branch": {"branches": ["nope"]},
    "no such run": {"run": "nope"},
    "no UTF-8": b'{"user": "\xff"}',
    "deep": b"[" * 5000,
}


@pytest.mark.parametrize("body", [*GOOD.values(), *BAD.values()], ids=[*GOOD, *BAD])
def test_it_answers_as_all_requests_are_answered(server, body):
    head, data = asked(body)
    with server.connect() as line:
        line.sendall(head + data)
        at_once = answer(line)
        assert server.taken[-1] is (body in GOOD.values())
        many = len(server.taken)
        line.sendall(head)
        time.sleep(0.05)  # so that the body comes alone
        line.sendall(data)
        assert answer(line) == at_once
        assert len(server.taken) == many
    assert at_once[0].startswith("HTTP/1.1 200" if body in GOOD.values() else "HTTP/1.1 4")


def test_explanations_and_other_places_go_the_way_of_all(server):
    with server.connect() as line:
        for head, data in (
            asked({"history": [0], "k": 2, "explain": True}),
            asked({"requests": [{"k": 2}]}, place=PLACE + "/batch"),
            asked({"k": 2}, {"Content-Type": "text/plain"}),
            asked({"k": 2}, place=PLACE + "?k=3"),
        ):
            line.sendall(head + data)
            answer(line)
        line.sendall(b"".join(asked({"k": 2}, {"Content-Type": "application/json; charset=utf-8"})))
        assert answer(line)[0] == "HTTP/1.1 200 OK"
    assert server.taken == [False, False, True]


def test_requests_in_one_packet_are_answered_in_turn(server):
    many = [{"history": [0, 1], "k": 2}, {"k": 0}, {"history": [2], "k": 3, "explain": True}, {"k": 4}]
    with server.connect() as line:
        line.sendall(b"".join(part for body in many for part in asked(body)))
        found = answer(line, len(many))
    assert [first.split()[1] for first, _, _ in found] == ["200", "422", "200", "200"]
    assert [len(json.loads(body)["items"]) for _, _, body in (found[0], *found[2:])] == [2, 3, 4]


@pytest.mark.parametrize(
    ("version", "more"), [("1.1", {"Connection": "close"}), ("1.0", {})], ids=["asked to", "HTTP/1.0"]
)
def test_a_connection_is_closed_after_the_answer_where_that_is_asked(server, version, more):
    with server.connect() as line:
        line.sendall(b"".join(asked({"k": 2}, more, version=version)))
        assert answer(line)[1]["connection"] == "close"
        assert line.recv(1) == b""
    assert server.taken == [True]


def test_tokens_limits_and_other_pages_are_looked_after(start):
    from palate_serve.limits import Limits
    from palate_serve.tokens import Tokens

    closed = start(tokens=Tokens(read="r" * 20))
    small = start(limits=Limits(body=100))
    slow = start(limits=Limits(rate=1.0))
    pages = start(origins=["https://shop.example"])
    with closed.connect() as line:
        line.sendall(b"".join(asked({"k": 2})))
        assert answer(line)[0].split()[1] == "401"
        line.sendall(b"".join(asked({"k": 2}, {"Authorization": "Bearer " + "r" * 20})))
        assert answer(line)[0].split()[1] == "200"
    with small.connect() as line:
        line.sendall(b"".join(asked({"history": list(range(100))})))
        assert answer(line)[0].split()[1] == "413"
    with slow.connect() as line:
        found = []
        for _ in range(4):
            line.sendall(b"".join(asked({"k": 2})))
            found.append(answer(line)[0].split()[1])
    with pages.connect() as line:
        line.sendall(b"".join(asked({"k": 2}, {"Origin": "https://shop.example"})))
        assert answer(line)[1]["access-control-allow-origin"] == "https://shop.example"
    assert found == ["200", "200", "429", "429"]
    assert (closed.taken, small.taken, slow.taken, pages.taken) == (
        [False, True],
        [False],
        [False] * 4,
        [False],
    )


def test_a_mistake_in_one_request_is_an_answer_and_is_logged(server, monkeypatch, caplog):
    from palate_serve.prepared import Prepared

    monkeypatch.setattr(Prepared, "best", staticmethod(lambda several: 1 / 0))
    with server.connect() as line:
        line.sendall(b"".join(asked({"k": 2})))
        first, _, body = answer(line)
    assert first.split()[1] == "500"
    assert "mistake of the server" in body.decode()
    assert "ZeroDivisionError" in caplog.text
    assert server.taken == [True]
    assert server.app.access.answering == 0


def test_a_mistake_in_one_answer_harms_no_other(server, monkeypatch, caplog):
    from palate_serve.prepared import Prepared

    given = Prepared.recommendation

    def wrong_for_two(prepared, found):
        return given(prepared, found) if prepared.ask.k != 2 else 1 / 0

    monkeypatch.setattr(Prepared, "recommendation", wrong_for_two)
    lines = [socket.create_connection(server.listener.getsockname()[:2], timeout=20) for _ in range(6)]
    for number, line in enumerate(lines):
        line.sendall(b"".join(asked({"history": [1], "k": 2 + number % 2})))
    found = [answer(line)[0].split()[1] for line in lines]
    for line in lines:
        line.close()
    assert found == ["500", "200"] * 3
    assert caplog.text.count("ZeroDivisionError: ") == 3
    assert server.app.access.answering == 0


def test_an_answer_that_comes_too_late_is_an_error(start):
    from palate_serve.limits import Limits

    server = start(limits=Limits(seconds=1e-9))
    with server.connect() as line:
        line.sendall(b"".join(asked({"k": 2})))
        first, _, body = answer(line)
    assert first.split()[1] == "503"
    assert "no answer within" in body.decode()


def test_answers_leave_nothing_for_the_garbage_collector(server):
    with server.connect() as line:
        for _ in range(3):
            line.sendall(b"".join(asked({"history": [0, 1], "k": 3})))
            answer(line)
        gc.collect()
        gc.disable()
        try:
            for _ in range(200):
                line.sendall(b"".join(asked({"history": [0, 1], "k": 3})))
                answer(line)
            head, data = asked({"history": [0, 1], "k": 3})
            for _ in range(20):  # in a task
                line.sendall(head)
                time.sleep(0.01)
                line.sendall(data)
                answer(line)
            assert gc.collect() < 100
        finally:
            gc.enable()
    assert server.taken.count(True) >= 203


def test_requests_are_counted_and_a_client_that_goes_away_harms_nobody(server):
    with server.connect() as line:
        line.sendall(b"".join(asked({"history": [0, 1], "k": 3})))
    with server.connect() as line:
        line.sendall(b"".join(asked({"k": 2})))
        assert answer(line)[0].split()[1] == "200"
        line.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        page = answer(line)[2].decode()
    assert f'palate_requests_total{{method="POST",path="{PLACE}",status="200"}} 2.0' in page
    assert server.app.access.answering == 0
