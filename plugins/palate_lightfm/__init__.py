"""Hybrid matrix factorisation by the library LightFM."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_lightfm.ranker import LightFM

    return [LightFM]
