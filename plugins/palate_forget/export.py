"""What a run recommended, as a table without users who stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from palate.errors import DataError, closest
from palate.runs import Run


@dataclass(frozen=True)
class Export:
    """`user`, `rank`, `item`, `title` and `score` of a row, and how many users were left out."""

    table: pl.DataFrame
    left_out: int


def export(
    run: Run, row: str | None = None, min_events: int = 0, group: str | None = None, min_group: int = 0
) -> Export:
    """The rankings of a row (default: the whole pipeline) without users with few events or in small groups.

    Left out are users with fewer than `min_events` events in their history, and those whose value of the
    attribute `group` fewer than `min_group` of the remaining users of the table share; a missing value is
    a group too. Raises DataError for an unknown attribute, or where all would be left out.
    """
    ranking, pipeline = run.ranking(row or str(run.results["final"])), run.pipeline
    users = pipeline.users.with_columns(pl.Series("events", _events(pipeline))).filter(
        pl.col("id").is_in(ranking["user"].unique().implode())
    )
    if group is not None and group not in pipeline.users.columns:
        known = [name for name in pipeline.users.columns if name != "id"]
        raise DataError(
            f"users have no attribute {group!r}.{closest(group, known)} They have: {', '.join(known)}"
        )
    stay = users.filter(pl.col("events") >= min_events)
    if group is not None:
        stay = stay.filter(pl.len().over(group) >= min_group)
    if stay.is_empty():
        raise DataError(f"all {users.height:,} users would be left out; nothing is written")
    table = ranking.join(
        stay.select(pl.col("id").alias("user")), on="user", how="semi", maintain_order="left"
    )
    return Export(table, users.height - stay.height)


def _events(pipeline: Any) -> Any:
    """How many events each user has, liked or not."""
    known = pipeline.history if pipeline.seen is None else pipeline.seen
    return known.counts
