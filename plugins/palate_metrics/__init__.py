"""Metrics of a ranking with binary relevance: what was recommended against what people went on to do."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_metrics() -> list[type]:
    from palate_metrics.average_precision import AveragePrecision
    from palate_metrics.coverage import Coverage
    from palate_metrics.hit_rate import HitRate
    from palate_metrics.ndcg import NDCG
    from palate_metrics.precision import Precision
    from palate_metrics.recall import Recall
    from palate_metrics.reciprocal_rank import ReciprocalRank

    return [NDCG, Recall, Precision, HitRate, ReciprocalRank, AveragePrecision, Coverage]
