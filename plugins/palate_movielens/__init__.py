"""MovieLens ratings, in all the sizes that GroupLens publishes."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_sources() -> list[type]:
    from palate_movielens.source import MovieLens

    return [MovieLens]
