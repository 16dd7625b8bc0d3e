"""Rankers that compare item vectors with a user's interest vectors."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_content.similarity import Cosine, Dot, Euclidean
    from palate_content.softmax_similarity import SoftmaxSimilarity

    return [Cosine, Dot, Euclidean, SoftmaxSimilarity]
