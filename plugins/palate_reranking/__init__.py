"""Rerankers: diversity, calibration, less popular items; and rules of what may be recommended."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rerankers() -> list[type]:
    from palate_reranking.age import AgeLimit
    from palate_reranking.calibrated import Calibrated
    from palate_reranking.distance import Distance
    from palate_reranking.level import LevelLimit
    from palate_reranking.mmr import MMR
    from palate_reranking.popularity import PopularityPenalty
    from palate_reranking.prerequisites import Prerequisites
    from palate_reranking.rules import Rules
    from palate_reranking.season import Season

    rules = [Rules, AgeLimit, Distance, LevelLimit, Prerequisites, Season]
    return [MMR, Calibrated, PopularityPenalty, *rules]
