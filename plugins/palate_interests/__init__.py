"""Aggregators: a person's history made into one interest vector."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_aggregators() -> list[type]:
    from palate_interests.mean import Mean
    from palate_interests.recency import RecencyMean

    return [Mean, RecencyMean]
