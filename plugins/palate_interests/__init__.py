"""Aggregators: from a user's history to one or several interest vectors."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_aggregators() -> list[type]:
    from palate_interests.attention import Attention
    from palate_interests.document import Document
    from palate_interests.idf_weighted import IdfWeighted
    from palate_interests.k_means import KMeans
    from palate_interests.last_k import LastK
    from palate_interests.mean import Mean
    from palate_interests.rating_weighted import RatingWeighted
    from palate_interests.recency import Recency
    from palate_interests.recency_mean import RecencyMean
    from palate_interests.ward import Ward

    return [
        Attention, Document, IdfWeighted, KMeans, LastK, Mean, RatingWeighted, Recency, RecencyMean, Ward,
    ]  # fmt: skip
