"""Metrics of a ranking: accuracy on held-out interactions, and beyond accuracy."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_metrics() -> list[type]:
    return [*accuracy(), *beyond_accuracy(), *ratings(), *variants()]


def accuracy() -> list[type]:
    """Metrics of relevant items in the ranking."""
    from palate_metrics.auc import AUC
    from palate_metrics.average_precision import AveragePrecision
    from palate_metrics.capped_recall import CappedRecall
    from palate_metrics.hit_rate import HitRate
    from palate_metrics.ndcg import NDCG
    from palate_metrics.precision import Precision
    from palate_metrics.recall import Recall
    from palate_metrics.reciprocal_rank import ReciprocalRank

    return [NDCG, Recall, CappedRecall, Precision, HitRate, ReciprocalRank, AveragePrecision, AUC]


def beyond_accuracy() -> list[type]:
    """Metrics of coverage, popularity, variety and fairness."""
    from palate_metrics.calibration import Calibration
    from palate_metrics.coverage import Coverage
    from palate_metrics.diversity import IntraListDiversity
    from palate_metrics.gini import Gini
    from palate_metrics.group_gap import GroupGap
    from palate_metrics.novelty import Novelty
    from palate_metrics.popularity_lift import PopularityLift
    from palate_metrics.serendipity import Serendipity

    return [
        Coverage, Gini, Novelty, PopularityLift, IntraListDiversity, Serendipity, Calibration, GroupGap,
    ]  # fmt: skip


def ratings() -> list[type]:
    """Metrics of predicted ratings."""
    from palate_metrics.rating_error import MAE, RMSE

    return [RMSE, MAE]


def variants() -> list[type]:
    """Definitions of other libraries, for reproducing their values."""
    from palate_metrics.ndcg_elliot import NDCGElliot
    from palate_metrics.ndcg_rectools import NDCGRecTools
    from palate_metrics.precision_implicit import PrecisionImplicit

    return [NDCGRecTools, NDCGElliot, PrecisionImplicit]
