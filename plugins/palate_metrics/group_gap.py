"""How unequal a metric is between groups of users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import polars as pl
from annotated_types import Ge, Gt

from palate.data import Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.average_precision import AveragePrecision
from palate_metrics.capped_recall import CappedRecall
from palate_metrics.hit_rate import HitRate
from palate_metrics.ndcg import NDCG
from palate_metrics.precision import Precision
from palate_metrics.recall import Recall
from palate_metrics.reciprocal_rank import ReciprocalRank

OF: dict[str, Any] = {
    cls.name: cls
    for cls in (NDCG, Recall, CappedRecall, Precision, HitRate, ReciprocalRank, AveragePrecision)
}


@dataclass
class GroupGap:
    """Difference of a metric's means between the best and the worst group of users. Lower is better.

    Groups are the values of `column`, an attribute of the users, such as gender. A user without a
    value belongs to none, and a group of fewer than `smallest` users with relevant items is left out,
    as chance alone would make it differ. 0 means equal quality, good or bad. The disparity of Ekstrand et
    al., All the cool kids, how do they fit in?, FAT* 2018, as one number.
    """

    name: ClassVar[str] = "group-gap"
    bounds: ClassVar[tuple[float, float]] = (0, 1)
    lower_is_better: ClassVar[bool] = True

    column: str
    metric: Literal["ndcg", "recall", "capped-recall", "precision", "hit-rate", "mrr", "map"] = "ndcg"
    """The metric whose mean is compared."""
    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""
    smallest: Annotated[int, Ge(1)] = 10

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value in [0, 1] for all users together; NaN with fewer than two groups.

        Raises ComponentError where the users have no such column.
        """
        if truth.users is None or self.column not in truth.users.columns:
            known = [] if truth.users is None else [name for name in truth.users.columns if name != "id"]
            raise ComponentError(
                f"metric 'group-gap' needs users with the column {self.column!r}; "
                f"they have {', '.join(known) or 'no attributes'}"
            )
        values = OF[self.metric](k=self.k).score(ranking, truth)
        users = truth.users["id"] if "id" in truth.users.columns else np.arange(len(values))
        frame = pl.DataFrame({"group": truth.users[self.column], "value": values, "user": users})
        counted = frame.filter(pl.col("group").is_not_null() & pl.col("value").is_not_nan())
        groups = counted.group_by("group").agg(
            pl.col("value").mean(), pl.col("user").n_unique().alias("users")
        )
        means = groups.filter(pl.col("users") >= self.smallest)["value"].to_numpy()
        return float(np.ptp(means)) if len(means) > 1 else float("nan")
