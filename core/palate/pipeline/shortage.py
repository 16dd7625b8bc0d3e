"""Why there are fewer recommendations than wanted."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Query, Ranking
from palate.pipeline.allowed import Allowed

log = logging.getLogger(__name__)
OPTION = "include_seen=True"


@dataclass(frozen=True)
class Answer:
    """Recommendations, and what should be said beside them: too few of them, unknown ids."""

    frame: pl.DataFrame
    remarks: tuple[str, ...] = ()

    def log(self) -> None:
        """Write the remarks into the log, as warnings."""
        for remark in self.remarks:
            log.warning("%s", remark)


def remarks(
    query: Query, ranking: Ranking, k: int, include_seen: bool, allowed: Allowed | None
) -> tuple[str, ...]:
    """What should be said about the rankings of the query's users, each of k items."""
    said = list(allowed.remarks if allowed is not None else ())
    found = np.count_nonzero(ranking.items >= 0, axis=1)
    short = np.flatnonzero(found < k)
    if len(short) == 1 and len(query) == 1:
        said.append(_of_one(query, int(found[0]), k, include_seen, allowed))
    elif len(short):
        none = int(np.count_nonzero(found == 0))
        said.append(
            f"{len(short):,} of {len(query):,} users get fewer than {k:,} items"
            + (f", {none:,} of them none" if none else "")
            + ("" if include_seen else f"; seen items are left out: {OPTION} recommends them again")
        )
    return tuple(said)


def _of_one(query: Query, found: int, k: int, include_seen: bool, allowed: Allowed | None) -> str:
    mask = np.ones(query.history.n_items, bool) if allowed is None else allowed.mask
    total, seen = int(mask.sum()), 0 if include_seen else _seen(query, mask)
    which = f"all {total:,} items" if allowed is None else f"every item that is allowed ({total:,})"
    if not total:
        return "nothing is recommended: `only` and `exclude` leave no item"
    if seen == total:
        return f"nothing is left: the user has interacted with {which}; {OPTION} recommends them again"
    parts = [f"{total:,} items in all" if allowed is None else f"{total:,} of {len(mask):,} items allowed"]
    if seen:
        parts.append(f"{seen:,} of them seen ({OPTION} recommends them again)")
    silent = total - seen - found
    if silent:
        parts.append(f"{silent:,} that no branch scores or a reranker takes out")
    return f"{found:,} instead of {k:,} recommendations: {', '.join(parts)}"


def _seen(query: Query, mask: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask[query.masked.matrix.indices]))
