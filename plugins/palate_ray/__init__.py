"""The engine that runs a plan on the machines of a Ray cluster."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_engines() -> list[type]:
    from palate_ray.engine import Ray

    return [Ray]
