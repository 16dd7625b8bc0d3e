"""The engine that runs a plan in this process."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_engines() -> list[type]:
    from palate_local.local import Local

    return [Local]
