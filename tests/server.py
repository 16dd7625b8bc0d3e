"""A server of HTTP on this machine, which answers what a test says and makes the faults that it asks for."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """What a server answers: `answer(path, headers)` gives (status, headers, body); `asked` is all that came.

    `cut` in the headers of an answer: the line is cut after so many bytes. `slow`: seconds before it.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer = lambda path, headers: (404, {}, b"")
        self.url = ""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def site():
    """Yield a `Site` that is being served."""
    found = Site()
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.asked.append((self.path, headers))
            status, more, body = found.answer(self.path, headers)
            more = dict(more)
            stopping.wait(float(more.pop("slow", 0)))
            cut = more.pop("cut", None)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *args):
            pass

    with running(Handler) as found.url:
        try:
            yield found
        finally:
            stopping.set()


@contextmanager
def running(handler):
    """Yield the address of a server that answers with this handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
