"""A user's interests in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.rows import unit_rows
from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.attributes import Values
from palate.errors import PalateError
from palate.pipeline import FittedBranch, Pipeline
from palate_profile.branches import distinct, interests_of, vectors_of
from palate_profile.item_features import item_features
from palate_profile.log_odds import DistinctiveFeature, distinctive

Features = dict[str, Values]


@dataclass(frozen=True)
class NearItem:
    """An item near an interest, their cosine, and whether the user has seen it."""

    item: Any
    title: str
    cosine: float
    seen: bool


@dataclass(frozen=True)
class Interest:
    """One interest in words.

    `items` of the user's items are nearest to it, a `share` of those that have a vector. `features`
    are the words and the values of attributes that are distinctive of these, by kind.
    """

    items: int
    share: float
    features: dict[str, list[DistinctiveFeature]]
    nearest: list[NearItem]


@dataclass(frozen=True)
class InterestProfile:
    """A user's interests in words, by one branch. `user` is None for a history given by hand."""

    user: Any
    branch: str
    events: int
    items: int
    interests: list[Interest]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def interest_profile(
    pipeline: Pipeline, branch: FittedBranch, query: Query, user: Any = None, top: int = 10
) -> InterestProfile:
    """The interests of the one user in `query`, each with what is distinctive of it and what is near.

    Features are distinctive against those of all interactions in the pipeline, each user's items
    once. Raises PalateError for a user whose history gives no interest.
    """
    interests = distinct(interests_of(branch, query)[0])
    seen = query.history.matrix.indices
    if not len(interests):
        why = "none of their items has a vector" if len(seen) else "they have no history"
        raise PalateError(f"this user has no interest vector in branch {branch.name!r}: {why}")
    vectors, features = vectors_of(branch), item_features(pipeline.items)
    closeness = row_product(unit_rows(interests), unit_rows(vectors))
    filled = seen[vectors[seen].any(axis=1)]
    belongs = closeness[:, filled].argmax(axis=0)
    closeness[:, ~vectors.any(axis=1)] = np.nan
    items, cosines = top_k(closeness.copy(), top)
    popularity = pipeline.history.popularity.astype(np.float64)
    found = []
    for at in range(len(interests)):
        own = filled[belongs == at]
        found.append(
            Interest(
                items=len(own),
                share=len(own) / max(len(filled), 1),
                features=_distinctive(features, own, popularity, top),
                nearest=_nearest(pipeline, items[at], cosines[at], seen),
            )
        )
    return InterestProfile(user, branch.name, len(query.history.items), len(seen), found)


def _distinctive(
    features: Features, own: NDArray[Any], popularity: NDArray[np.float64], top: int
) -> dict[str, list[DistinctiveFeature]]:
    if not len(own):
        return {}
    overall = int(popularity.sum())
    found = {}
    for kind, values in features.items():
        mine = np.asarray(values.matrix[own].sum(axis=0), np.float64)
        theirs = np.asarray(values.matrix.T @ popularity, np.float64)
        found[kind] = distinctive(values.names, mine, len(own), theirs, overall, top)
    return {kind: some for kind, some in found.items() if some}


def _nearest(
    pipeline: Pipeline, items: NDArray[np.int32], cosines: NDArray[np.float32], seen: NDArray[Any]
) -> list[NearItem]:
    titles, ids = pipeline.items.titles, pipeline.items.ids
    return [
        NearItem(ids[int(item)], titles[int(item)], float(cosine), bool((seen == item).any()))
        for item, cosine in zip(items, cosines, strict=True)
        if item >= 0
    ]
