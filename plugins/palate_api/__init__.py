"""Interactions, items and users from JSON over HTTP."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_sources() -> list[type]:
    from palate_api.source import Api

    return [Api]
