"""A run as a service: recommendations over HTTP, with events that count at once.

`palate serve RUN` and `palate.serve.App(run)`, an ASGI application. All bodies are JSON (UTF-8); every
error is `{"error": {"status": 422, "message": "...", "field": "k"}}`. User and item ids are text or whole
numbers; an item may be given by its title too.

    GET    /                                a page, where the run is tried
    GET    /health /ready /metrics /openapi.json
    GET    /v1/run                          name, recipe, branches, weights, attributes, sizes, other runs
    POST   /v1/recommendations              {user | history | neither, k, include_seen, only, exclude, where,
                                             explain, attributes, branches, run, unknown_user}
    POST   /v1/recommendations/batch        {"requests": [as above, ...]} -> {"answers": [...]}
    GET    /v1/users/{user}/recommendations?k=20&explain=true
    GET    /v1/users?q=4&k=10               ids of users that begin so
    GET    /v1/users/{user}                 {"user", "events": [{"item", "title", "time", "rating", ...}]}
    GET    /v1/users/{user}/profile?branch=&k=8   interests in words; POST /v1/profile for a history
    DELETE /v1/users/{user}                 forget the user: what the service knows and what the run does
    GET    /v1/items?q=star&k=10            items whose title has these words, for a search box
    GET    /v1/items/{item}                 {"item", "title", "attributes": {...}}
    GET    /v1/items/{item}/similar?k=10
    POST   /v1/events                       {user, item, type, time, rating, label} or {"events": [...]};
                                            header Idempotency-Key
    POST   /v1/admin/run                    {"run": "name of a folder beside the run"}: swap to it

A history is a list of ids or titles, oldest first, or of `{"item", "time", "rating", "type", "label"}`.
An answer to a request for recommendations:

    {"run": "shop-1a2b3c4d", "user": "42", "known": true, "fallback": false,
     "items": [{"rank": 1, "item": "7", "title": "...", "score": 1.25, "attributes": {...},
                "explanation": {"score", "place", "rest", "fallback",
                                "branches": [{"name", "ranker", "score", "adds", "rest"}],
                                "history": [{"item", "title", "adds", "<branch>": adds}]}}],
     "unknown_items": [], "remarks": ["..."]}

`attributes` and `explanation` are there where they were asked for; see `Limits` for how much may be.
`where` limits items by attribute: `{"genres": ["Comedy", "Drama"], "year": {"min": 1990}}`, any of the
values, all of the attributes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from palate import hookimpl

if TYPE_CHECKING:
    import click

    from palate.forgetting import Forgetting
    from palate_serve.app import App as App
    from palate_serve.kept import kept_events as kept_events
    from palate_serve.limits import Limits as Limits
    from palate_serve.tokens import Tokens as Tokens

_HOMES = {"App": "app", "Limits": "limits", "Tokens": "tokens", "kept_events": "kept"}
__all__ = ["App", "Limits", "Tokens", "kept_events"]


@hookimpl
def register_commands() -> list[click.Command]:
    from palate_serve.command import command

    return [command]


@hookimpl
def on_forget(forgetting: Forgetting) -> None:
    from palate_serve.forgetting import forget

    forget(forgetting)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'palate_serve' has no attribute {name!r}")
    return getattr(import_module(f"palate_serve.{_HOMES[name]}"), name)
