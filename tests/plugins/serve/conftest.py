"""A run that is served in this process, and a client that speaks ASGI to it."""

import asyncio
import json

import pytest

from palate.runs import run

pytest.importorskip("msgspec")
pytest.importorskip("prometheus_client")


class Client:
    """Asks an ASGI application, without a server: `status`, `headers` and JSON of each answer."""

    def __init__(self, app):
        self.app, self.loop = app, asyncio.new_event_loop()

    def ask(self, method, path, body=None, headers=(), raw=None, chunks=None):
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        head = {b"host": b"localhost"}
        if raw is not None or body is not None:
            head |= {b"content-type": b"application/json"}
        head |= {name.lower().encode(): value.encode("latin-1") for name, value in dict(headers).items()}
        target, _, query = path.partition("?")
        scope = {
            "type": "http", "method": method, "path": target, "raw_path": target.encode(), "root_path": "",
            "query_string": query.encode(), "headers": list(head.items()), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return self.loop.run_until_complete(self._answer(scope, chunks or [data]))

    async def _answer(self, scope, chunks):
        waiting = [
            {"type": "http.request", "body": chunk, "more_body": at < len(chunks) - 1}
            for at, chunk in enumerate(chunks)
        ]
        sent = []

        async def receive():
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        return Reply(
            sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])
        )

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def delete(self, path, **more):
        return self.ask("DELETE", path, **more)

    def close(self):
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.app.close()
        self.loop.close()


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def items(self):
        return [item["item"] for item in self.json["items"]]

    @property
    def error(self):
        return self.json["error"]


def shop_recipe(shop, name="shop", **more):
    """EASE and a text branch, fused; ratings from 4 on are likes, below 3 dislikes."""
    return {
        "recipe": 1,
        "name": name,
        "seed": 3,
        "data": {
            "source": {
                "use": "files", "interactions": str(shop / "events.csv"), "items": str(shop / "things.csv"),
            },
            "feedback": "ratings",
            "split": {"use": "temporal", "test": 0.2, "validation": 0.2},
        },
        "branches": {
            "linear": {"rank": {"use": "ease", "l2": 5.0, "disliked": 0.5}},
            "content": {
                "text": {"use": "template", "template": "{kind}"}, "encode": "hash",
                "transform": ["center", "l2"],
                "aggregate": "mean", "rank": "cosine",
            },
        },
        "fuse": {"use": "weighted", "weights": {"linear": 1.0, "content": 0.3}},
        "top": 5,
        "evaluate": ["ndcg@5"],
    } | more  # fmt: skip


@pytest.fixture(scope="session")
def runs(shop, tmp_path_factory):
    """A folder with two runs on the shop's data: `shop` and `other`, which fuses by ranks."""
    folder = tmp_path_factory.mktemp("runs")
    store = tmp_path_factory.mktemp("serve-store")
    return {
        name: run(shop_recipe(shop, name, **more), folder=folder, store=store)
        for name, more in (("shop", {}), ("other", {"fuse": "rrf"}))
    }


@pytest.fixture(scope="session")
def opened(runs):
    """The run `shop`, opened once."""
    from palate_serve.opening import open_run

    return open_run(runs["shop"])


@pytest.fixture
def serve(opened, tmp_path):
    """Makes clients of applications on the run `shop`, each with a log of its own unless one is given."""
    made = []

    def start(run=None, **options):
        from palate import serve

        options.setdefault("events", tmp_path / f"events-{len(made)}.sqlite")
        made.append(Client(serve.App(run or opened, **options)))
        return made[-1]

    yield start
    for client in made:
        client.close()
