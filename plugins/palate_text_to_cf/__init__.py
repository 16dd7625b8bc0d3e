"""A ranker that extends a collaborative one to items without interactions, by their texts."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_text_to_cf.ranker import TextToCF

    return [TextToCF]
