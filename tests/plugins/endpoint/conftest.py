"""A small server of the OpenAI protocol that makes the faults that servers make."""

import json
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest

KEY = "sk-0123456789abcdef"


def vector(text):
    """Four numbers that depend on the text alone."""
    return np.random.default_rng(list(text.encode()) or [0]).normal(size=4).tolist()


class Server:
    """Answers as the protocol says; `faults` are what happens instead, one after another.

    `texts` counts what was answered: texts to embed, prompts of users to write about.
    """

    def __init__(self):
        self.faults, self.texts, self.headers, self.documents = [], Counter(), [], []
        self.lock = threading.Lock()

    def answer(self, document):
        if "messages" in document:
            return said(f"about {document['messages'][-1]['content']}")
        data = [{"index": at, "embedding": vector(text)} for at, text in enumerate(document["input"])]
        return {"data": data[::-1], "model": document["model"]}


def said(text, ended="stop", **more):
    """A completion."""
    message = {"role": "assistant", "content": text} | more
    return {"choices": [{"index": 0, "message": message, "finish_reason": ended}]}


@pytest.fixture(scope="module")
def serving(running):
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            document = json.loads(body)
            with found.lock:
                fault = found.faults.pop(0) if found.faults else {}
                found.headers.append(dict(self.headers))
                found.documents.append(document)
            if self.path not in ("/v1/embeddings", "/v1/chat/completions"):
                fault = {"status": 404}
            threading.Event().wait(fault.get("slow", 0))
            answer = json.dumps(fault.get("answer", found.answer)(document)).encode()
            if not fault:  # counted before who asked goes on
                with found.lock:
                    messages = [each["content"] for each in document.get("messages", ())][-1:]
                    found.texts.update(document.get("input", messages))
            with suppress(OSError):  # who asked may have gone, tired of waiting
                self.send_response(fault.get("status", 200))
                for name, value in fault.get("headers", {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer[:20] if "cut" in fault else answer)
            self.close_connection = "cut" in fault

        def log_message(self, *args):
            pass

    with running(Handler) as url:
        found.url = f"{url}/v1"
        yield found


@pytest.fixture
def server(serving):
    serving.faults, serving.headers, serving.documents = [], [], []
    serving.texts.clear()
    return serving


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Servers that are asked again are asked at once, unless they name a time."""
    from palate.remote.web import Web

    monkeypatch.setattr(Web, "back_off", 0.0)
    own = Web.__init__
    monkeypatch.setattr(Web, "__init__", lambda self, *a, **b: own(self, *a, **{"back_off": 0.0, **b}))
