"""Baseline rankers, which do not use the user's history: popularity, random and newest."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_baselines.fresh import Fresh
    from palate_baselines.popularity import Popularity
    from palate_baselines.random import Random

    return [Popularity, Random, Fresh]
