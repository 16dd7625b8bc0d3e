"""Rankers that hold items against a person's interest vectors."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_content.nearness import Cosine, Dot, Euclidean
    from palate_content.softmax import Softmax

    return [Cosine, Dot, Euclidean, Softmax]
