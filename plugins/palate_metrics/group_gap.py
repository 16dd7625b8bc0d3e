"""How unequally groups of people are served."""

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
    """Mean of a metric in the best served group of people less that in the worst. Lower is better.

    Groups are the values of `column`, an attribute of the users, such as gender. A person without a
    value belongs to none, and a group of fewer than `smallest` people who can be judged is left out:
    chance alone would set it apart. 0 is equal service, good or bad. The disparity of Ekstrand et
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
        """One figure in [0, 1] for all people together; NaN with fewer than two groups.

        Raises ComponentError where the users have no such column.
        """
        if truth.users is None or self.column not in truth.users.columns:
            known = [] if truth.users is None else [name for name in truth.users.columns if name != "id"]
            raise ComponentError(
                f"metric 'group-gap' needs users with the column {self.column!r}; "
                f"they have {', '.join(known) or 'no attributes'}"
            )
        figures = OF[self.metric](k=self.k).score(ranking, truth)
        frame = pl.DataFrame({"group": truth.users[self.column], "figure": figures})
        counted = frame.filter(pl.col("group").is_not_null() & pl.col("figure").is_not_nan())
        groups = counted.group_by("group").agg(pl.col("figure").mean(), pl.len().alias("people"))
        means = groups.filter(pl.col("people") >= self.smallest)["figure"].to_numpy()
        return float(np.ptp(means)) if len(means) > 1 else float("nan")
