"""A shop that answers in pages."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

EVENTS = [
    {
        "id": n,
        "user": {"id": f"u{n % 5}"},
        "item_id": n % 7,
        "stars": n % 5 + 1,
        "at": f"2024-01-{n + 1:02}T00:00:00Z",
    }
    for n in range(23)
]
ITEMS = [{"id": n, "title": f"thing {n}", "tags": ["a", f"b{n}"]} for n in range(7)]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))


class Shop:
    """Pages of ten events in four manners of paging; `faults` are answers that come first, by path."""

    def __init__(self, site):
        self.site, self.events, self.items = site, list(EVENTS), list(ITEMS)
        self.url, self.faults, self.tags = site.url, {}, True
        site.answer = self.answer

    def answer(self, path, headers):
        if self.faults.get(path):
            return self.faults[path].pop(0)
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        document, more = getattr(self, parts.path.strip("/"))(query)
        body = json.dumps(document).encode()
        tag = f'"{hash(body)}"'
        if self.tags and headers.get("if-none-match") == tag:
            return 304, {"ETag": tag}, b""
        return 200, {"ETag": tag, **more}, body

    def link(self, query):
        start = int(query.get("from", 0))
        more = {"Link": f'</link?from={start + 10}>; rel="next", </link>; rel="first"'}
        return self.events[start : start + 10], more if start + 10 < len(self.events) else {}

    def body(self, query):
        start = int(query.get("from", 0))
        after = f"{self.url}/body?from={start + 10}" if start + 10 < len(self.events) else None
        return {"data": self.events[start : start + 10], "links": {"next": after}, "errors": []}, {}

    def cursor(self, query):
        start = int(query.get("after", "c0")[1:])
        last = start + 10 >= len(self.events)
        return {
            "result": {"events": self.events[start : start + 10], "warnings": []},
            "next_cursor": None if last else f"c{start + 10}",
        }, {}

    def page(self, query):
        start = 10 * (int(query["p"]) - 1)
        return {"events": self.events[start : start + 10]}, {}

    def offset(self, query):
        start = int(query["skip"])
        return self.events[start : start + 10], {}

    def since(self, query):
        return [event for event in self.events if event["at"] >= query.get("after", "")], {}

    def catalogue(self, query):
        return self.items, {}


@pytest.fixture
def shop(site):
    return Shop(site)
