"""Interactions, items and users from databases."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_sources() -> list[type]:
    from palate_sql.source import Sql

    return [Sql]
