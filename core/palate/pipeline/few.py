"""The scores of one user where few items stand out, without an array as long as the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from palate.components.calling import calling, checked_array, checked_type
from palate.data import Query
from palate.data.few_scores import FewScores, wide
from palate.errors import ComponentError

if TYPE_CHECKING:
    from palate.pipeline.allowed import Allowed
    from palate.pipeline.pipeline import Pipeline


def may_score_few(pipeline: Pipeline) -> bool:
    """Whether `few_scores` may find anything."""
    scoring = pipeline.scoring
    if pipeline.fuser is None:
        return scoring[0].tells_few
    able = callable(getattr(pipeline.fuser, "fuse_few", None)) and wide(len(pipeline.items))
    return able and all(branch.tells_few for branch in scoring)


def few_scores(pipeline: Pipeline, query: Query, limits: Allowed | None) -> FewScores | None:
    """What all items score for the query's one user; None where that takes an array, or nothing scores."""
    if not may_score_few(pipeline):
        return None
    found: dict[str, FewScores] = {}
    for branch in sorted(pipeline.scoring, key=lambda each: each.index is not None):  # what is quick first
        few = branch.score_few(query, limits)
        if few is None:
            return None
        found[branch.name] = few
    return _fused(pipeline, found, query)


def few_scores_of_each(pipeline: Pipeline, queries: Sequence[Query]) -> list[FewScores | None]:
    """What `few_scores` gives for each of some queries that are alike, in less time."""
    found = {branch.name: branch.score_few_of_each(queries) for branch in pipeline.scoring}
    each: list[FewScores | None] = []
    for query, scores in zip(queries, zip(*found.values(), strict=True), strict=True):
        known = {name: few for name, few in zip(found, scores, strict=True) if few is not None}
        each.append(_fused(pipeline, known, query) if len(known) == len(found) else None)
    return each


def _fused(pipeline: Pipeline, found: dict[str, FewScores], query: Query) -> FewScores | None:
    """The scores of all branches as one."""
    (first, *_), fuser = found.values(), pipeline.fuser
    if fuser is not None:
        who = f"fuser {fuser.name!r}"
        with calling(who):
            fused = fuser.fuse_few({branch.name: found[branch.name] for branch in pipeline.scoring}, query)
        if fused is None:
            return None
        first = checked_few(fused, who, query.history.n_items)
    if np.isnan(first.rest) and np.isnan(first.scores).all():
        return None  # the fallback serves
    return first


def checked_few(value: Any, who: str, n_items: int) -> FewScores:
    """The scores that a component gave. Raises ComponentError for what is none, or of other items."""
    few: FewScores = checked_type(value, who, FewScores)
    checked_array(few.items, who, (None,), "int32", "items")
    checked_array(few.scores, who, few.items.shape)
    if few.n_items != n_items:
        raise ComponentError(f"{who} must score {n_items:,} items; it gave scores for {few.n_items:,}")
    return few
