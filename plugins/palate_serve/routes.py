"""The places of the API: method, path, who may, what it takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from palate_serve import messages
from palate_serve.refused import Refused
from palate_serve.tokens import Scope


@dataclass(frozen=True)
class Route:
    """One place. `handler` is a method of Endpoints, `body` and `gives` are types of messages;
    `many` is another type that the body may have.

    `parameters` are those of the query string, with their types.
    """

    method: str
    path: str
    handler: str
    summary: str
    scope: Scope = "read"
    body: Any = None
    many: Any = None
    gives: Any = None
    parameters: tuple[tuple[str, type], ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/")[1:])


_ASK = (
    ("k", int), ("include_seen", bool), ("explain", bool), ("unknown_user", str), ("run", str),
)  # fmt: skip

ROUTES = (
    Route("GET", "/", "page", "A page on which the run is tried.", "open"),
    Route("GET", "/page.js", "script", "The page's script.", "open"),
    Route("GET", "/page.css", "style", "The page's style.", "open"),
    Route("GET", "/health", "health", "Whether the process answers.", "open"),
    Route("GET", "/ready", "ready", "Whether a run is loaded and the event log can be read.", "open"),
    Route("GET", "/metrics", "metrics", "Requests, latency, errors and events, for Prometheus."),
    Route("GET", "/openapi.json", "openapi", "This document.", "open"),
    Route("GET", "/v1/run", "about", "What is served.", parameters=(("run", str),)),
    Route("POST", "/v1/recommendations", "recommend", "Recommendations for a user, a history or a new user.",
          body=messages.Ask, gives=messages.Answer),
    Route("POST", "/v1/recommendations/batch", "batch", "Several requests for recommendations at once.",
          body=messages.Batch, gives=messages.Answers),
    Route("GET", "/v1/users/{user}/recommendations", "recommend_user", "Recommendations for a user.",
          gives=messages.Answer, parameters=_ASK),
    Route("GET", "/v1/users", "users", "Ids of users that begin so.", parameters=(("q", str), ("k", int))),
    Route("GET", "/v1/users/{user}", "user", "A user's events, newest last.", parameters=(("run", str),)),
    Route("GET", "/v1/users/{user}/profile", "profile_user", "A user's interests in words.",
          parameters=(("branch", str), ("k", int))),
    Route("POST", "/v1/profile", "profile", "The interests of a user or of a history in words.",
          body=messages.AskProfile),
    Route("DELETE", "/v1/users/{user}", "forget", "Forget a user: events, and what the run knows.", "write"),
    Route("GET", "/v1/items", "items", "Items whose title has these words.",
          parameters=(("q", str), ("k", int), ("run", str))),
    Route("GET", "/v1/items/{item}", "item", "An item with its attributes.", parameters=(("run", str),)),
    Route("GET", "/v1/items/{item}/similar", "similar", "Items similar to one.",
          parameters=(("k", int), ("run", str)), gives=messages.Answer),
    Route("POST", "/v1/events", "events", "Keep one event or several; they count in the next answer.",
          "write",
          body=messages.Happened, many=messages.Events, gives=messages.Kept),
    Route("POST", "/v1/admin/run", "swap", "Swap to another run, without a dropped request.", "admin",
          body=messages.Swap),
)  # fmt: skip

_EXACT = {(route.method, route.path): route for route in ROUTES if "{" not in route.path}
_PATTERNS = [route for route in ROUTES if "{" in route.path]


def find(method: str, raw_path: bytes) -> tuple[Route, dict[str, str]]:
    """The route of a request with the parts of its path. Raises Refused (404, 405, 400)."""
    path = raw_path.decode("latin-1")
    exact = _EXACT.get((method, path))
    if exact is not None:
        return exact, {}
    parts = tuple(path.split("/")[1:])
    others = set()
    for route in _PATTERNS:
        if len(route.parts) != len(parts) or not all(
            known.startswith("{") or known == part for known, part in zip(route.parts, parts, strict=True)
        ):
            continue
        if route.method == method:
            return route, {
                known[1:-1]: _decoded(part)
                for known, part in zip(route.parts, parts, strict=True)
                if known.startswith("{")
            }
        others.add(route.method)
    others |= {each for each, place in _EXACT if place == path}
    if others:
        raise Refused(405, f"{', '.join(sorted(others))} is what can be done here")
    raise Refused(404, "there is nothing here; /openapi.json says what there is")


def _decoded(part: str) -> str:
    try:
        text = unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "a part of the path is not UTF-8") from None
    if not text or len(text) > 1000 or "\0" in text:
        raise Refused(400, "a part of the path must have 1 to 1,000 characters")
    return text
