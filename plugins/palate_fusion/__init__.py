"""Making one score of several branches: weighted sums of comparable scores, and votes by rank."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_fusers() -> list[type]:
    from palate_fusion.reciprocal_rank import ReciprocalRankFusion
    from palate_fusion.weighted import Weighted

    return [Weighted, ReciprocalRankFusion]
