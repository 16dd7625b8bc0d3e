"""Baseline rankers, against which others are held: popularity, random, newest, and the user's own again."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_baselines.again import Again
    from palate_baselines.fresh import Fresh
    from palate_baselines.popularity import Popularity
    from palate_baselines.random import Random

    return [Popularity, Random, Fresh, Again]
