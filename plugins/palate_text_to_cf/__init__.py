"""Rankers that carry what others know over to items that nobody has met."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_text_to_cf.ranker import TextToCF

    return [TextToCF]
