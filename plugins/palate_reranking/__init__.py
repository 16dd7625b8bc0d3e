"""Rerankers: diversity, calibration, less popular items, business rules."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rerankers() -> list[type]:
    from palate_reranking.calibrated import Calibrated
    from palate_reranking.mmr import MMR
    from palate_reranking.popularity import PopularityPenalty
    from palate_reranking.rules import Rules

    return [MMR, Calibrated, PopularityPenalty, Rules]
