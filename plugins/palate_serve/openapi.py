"""The OpenAPI document, written from the table of routes and the types of messages."""

from __future__ import annotations

from typing import Any

import msgspec

from palate import __version__
from palate_serve.messages import encode
from palate_serve.routes import ROUTES, Route

_TYPES = {int: "integer", str: "string", bool: "boolean"}
_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "required": ["status", "message"],
            "properties": {
                "status": {"type": "integer"},
                "message": {"type": "string"},
                "field": {"type": "string"},
            },
        }
    },
}


def document() -> bytes:
    """OpenAPI 3.1, as JSON."""
    types = [kind for route in ROUTES for kind in (route.body, route.many, route.gives) if kind is not None]
    schemas, named = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    at = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, at)
    return encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "palate", "version": __version__, "summary": "Recommendations of a fitted run"},
            "paths": paths,
            "components": {
                "schemas": {**named, "Error": _ERROR},
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operation(route: Route, at: dict[int, Any]) -> dict[str, Any]:
    given = {} if route.gives is None else at[id(route.gives)]
    wrong = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    found: dict[str, Any] = {
        "operationId": route.handler,
        "summary": route.summary,
        "parameters": [*_in_path(route), *_in_query(route)],
        "responses": {
            "200": {"description": "the answer", "content": {"application/json": {"schema": given}}},
            "4XX": {"description": "what is wrong, and with which field", **wrong},
        },
    }
    if route.scope != "open":
        found["security"] = [{"token": []}]
        found["description"] = f"Needs a token for {route.scope}, where tokens are set."
    if route.body is not None:
        body = at[id(route.body)]
        schema = body if route.many is None else {"anyOf": [body, at[id(route.many)]]}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in route.parts if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _in_query(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "schema": {"type": _TYPES[kind]}} for name, kind in route.parameters
    ]
