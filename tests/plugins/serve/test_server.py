"""One server with two workers: events and swaps between them, what is killed, and clients that dawdle."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

pytest.importorskip("uvicorn")
if sys.platform == "win32":
    pytest.skip("workers share a socket", allow_module_level=True)

PLACE, EVENTS = "/v1/recommendations", "/v1/events"


class Server:
    """`palate serve` in a process of its own."""

    def __init__(self, run, events, workers=2):
        main = "from palate.cli import main; main()"
        command = [sys.executable, "-c", main, "serve", str(run), "--port", "0", "--events", str(events)]
        self.answered = []  # the worker behind each line of the log
        self.process = subprocess.Popen(
            [*command, "--workers", str(workers)], stderr=subprocess.PIPE, start_new_session=True
        )
        said = self.process.stderr.readline().decode()
        self.port = int(re.search(r":(\d+)$", said.strip())[1])
        threading.Thread(target=self._read, daemon=True).start()
        assert self.ask("GET", "/ready")[0] == 200

    def _read(self):
        for line in self.process.stderr:
            self.answered.append(int(json.loads(line)["worker"]))

    def ask(self, method, path, body=None):
        """Status and JSON, over a connection of its own, so that any worker may answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = None if body is None else json.dumps(body)
            line.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            reply = line.getresponse()
            return reply.status, json.loads(reply.read())
        finally:
            line.close()

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@pytest.fixture(scope="module")
def folder(runs, tmp_path_factory):
    """A folder with copies of both runs, and room for the log of events."""
    room = tmp_path_factory.mktemp("server")
    for name, each in runs.items():
        shutil.copytree(each.folder, room / name)
    return room


@pytest.fixture(scope="module")
def server(folder):
    started = Server(folder / "shop", folder / "events.sqlite")
    yield started
    started.process.terminate()
    started.process.wait(40)


def test_each_event_is_in_the_next_answer_of_any_worker(server):
    for number in range(40):
        user, item = f"visitor {number % 4}", number % 24
        assert server.ask("POST", EVENTS, {"user": user, "item": item})[0] == 200
        status, answer = server.ask("POST", PLACE, {"user": user, "k": 24})
        assert status == 200
        assert item not in [each["item"] for each in answer["items"]]


def test_swaps_under_load_drop_no_request(server, folder):
    statuses, ending = [], threading.Event()

    def ask():
        while not ending.is_set():
            try:
                statuses.append(server.ask("POST", PLACE, {"user": "p03", "k": 5})[0])
            except OSError as error:
                statuses.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(3)]
    for client in clients:
        client.start()
    for name in ("other", "shop", "other", "shop"):
        assert server.ask("POST", "/v1/admin/run", {"run": name})[1]["run"] == name
    ending.set()
    for client in clients:
        client.join()
    assert set(statuses) == {200}
    until = time.monotonic() + 20
    while {server.ask("GET", "/ready")[1]["run"] for _ in range(6)} != {"shop"}:
        assert time.monotonic() < until, "a worker did not follow"


def test_what_was_acknowledged_outlives_workers_that_are_killed_and_all_of_them(server, folder):
    kept, ending = [], threading.Event()

    def write(number):
        at = 0
        while not ending.is_set():
            user = f"writer {number} {at}"
            try:
                status, _ = server.ask("POST", EVENTS, {"user": user, "item": 1})
            except (OSError, http.client.HTTPException):
                continue  # never acknowledged
            if status == 200:
                kept.append(user)
            at += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    for _ in range(2):
        time.sleep(0.3)
        os.kill(server.answered[-1], signal.SIGKILL)
    time.sleep(0.5)
    server.kill()
    ending.set()
    for writer in writers:
        writer.join()
    assert len(kept) > 5
    again = Server(folder / "shop", folder / "events.sqlite", workers=1)
    try:
        lost = [user for user in kept if again.ask("GET", "/v1/users/" + user.replace(" ", "%20"))[0] != 200]
        assert lost == []
        again.process.terminate()
        assert again.process.wait(40) in (0, -signal.SIGTERM)
    finally:
        again.kill()


def test_headers_that_do_not_come_or_never_end_close_the_connection():
    import uvicorn

    from palate_serve.protocol import guarded

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=guarded(0.3), lifespan="off", log_config=None)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    address = listener.getsockname()
    with socket.create_connection(address, 10) as quick:
        quick.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert quick.recv(1000).startswith(b"HTTP/1.1 204")
        time.sleep(0.5)
        quick.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # a connection that waits is not slow
        assert quick.recv(1000).startswith(b"HTTP/1.1 204")
    with socket.create_connection(address, 10) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        assert slow.recv(1000) == b""
    with socket.create_connection(address, 10) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"y" * 100_000)
        with contextlib.suppress(ConnectionResetError):  # closed all the same
            assert endless.recv(1000) == b""
    running.should_exit = True
    thread.join(20)


def test_plain_answers_are_whole_on_a_connection_that_stays_on_one_that_ends_and_in_a_row():
    import uvicorn

    from palate_serve.protocol import WRITE, guarded
    from palate_serve.replies import Reply

    async def app(scope, receive, send):
        reply = Reply(200, scope["path"].encode())
        assert WRITE in scope["extensions"]
        assert reply.sent_at_once(scope)
        assert not reply.sent_at_once(scope), "once"

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=guarded(5), lifespan="off", log_config=None, server_header=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    line = http.client.HTTPConnection(*listener.getsockname(), timeout=20)
    for path, close in (("/a", False), ("/bb", False), ("/ccc", True)):
        line.request("GET", path, headers={"Connection": "close"} if close else {})
        reply = line.getresponse()
        assert (reply.status, reply.read()) == (200, path.encode())
        assert (reply.getheader("content-type"), reply.getheader("connection")) == (
            "application/json", "close" if close else None,
        )  # fmt: skip
        assert {"date", "x-content-type-options", "cache-control"} <= {name.lower() for name in reply.headers}
    with socket.create_connection(listener.getsockname(), 20) as several:
        several.sendall(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % at for at in range(3)))
        found = b""
        while not found.endswith(b"/2"):
            found += several.recv(10_000)
        assert re.findall(rb"\r\n\r\n(/\d)", found) == [b"/0", b"/1", b"/2"]
    running.should_exit = True
    thread.join(20)
