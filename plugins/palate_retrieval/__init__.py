"""Indexes of item vectors: the items nearest to a user's interests, as candidates for a ranker."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_indexes() -> list[type]:
    from palate_retrieval.exact import Exact
    from palate_retrieval.hnsw import HNSW

    return [Exact, HNSW]
