"""Interactions, items and users from files of your own."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_sources() -> list[type]:
    from palate_files.source import Files

    return [Files]
