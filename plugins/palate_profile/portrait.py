"""A person's interests in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.attributes import Values
from palate.errors import PalateError
from palate.pipeline import FittedBranch, Pipeline
from palate_profile.branches import different, interests_of, unit, vectors_of
from palate_profile.features import described
from palate_profile.log_odds import Sign, signs

Things = dict[str, Values]


@dataclass(frozen=True)
class Near:
    """An item near an interest: the cosine of the angle between them, and whether the person met it."""

    item: Any
    title: str
    cosine: float
    met: bool


@dataclass(frozen=True)
class Interest:
    """One interest in words.

    `items` of the person's items are nearest to it, a `share` of those that have a vector. `signs`
    are the words and the values of attributes that stand out in these, by kind.
    """

    items: int
    share: float
    signs: dict[str, list[Sign]]
    nearest: list[Near]


@dataclass(frozen=True)
class Portrait:
    """A person's interests in words, by one branch. `user` is None for a history given by hand."""

    user: Any
    branch: str
    events: int
    items: int
    interests: list[Interest]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def portrait(
    pipeline: Pipeline, branch: FittedBranch, query: Query, user: Any = None, top: int = 10
) -> Portrait:
    """The interests of the one person in `query`, each with what stands out and what is near.

    What stands out is seen against everything that everybody in the pipeline met, each person's items
    once. Raises PalateError for a person whose history gives no interest.
    """
    interests = different(interests_of(branch, query)[0])
    met = query.history.matrix.indices
    if not len(interests):
        why = "none of the items they met has a vector" if len(met) else "they have met nothing"
        raise PalateError(f"nothing is known of this person's interests in branch {branch.name!r}: {why}")
    vectors, things = vectors_of(branch), described(pipeline.items)
    closeness = row_product(unit(interests), unit(vectors))
    filled = met[vectors[met].any(axis=1)]
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
                signs=_signs(things, own, popularity, top),
                nearest=_nearest(pipeline, items[at], cosines[at], met),
            )
        )
    return Portrait(user, branch.name, len(query.history.items), len(met), found)


def _signs(
    things: Things, own: NDArray[Any], popularity: NDArray[np.float64], top: int
) -> dict[str, list[Sign]]:
    if not len(own):
        return {}
    everybody = int(popularity.sum())
    found = {}
    for kind, values in things.items():
        mine = np.asarray(values.matrix[own].sum(axis=0), np.float64)
        theirs = np.asarray(values.matrix.T @ popularity, np.float64)
        found[kind] = signs(values.names, mine, len(own), theirs, everybody, top)
    return {kind: some for kind, some in found.items() if some}


def _nearest(
    pipeline: Pipeline, items: NDArray[np.int32], cosines: NDArray[np.float32], met: NDArray[Any]
) -> list[Near]:
    titles, ids = pipeline.items.titles, pipeline.items.ids
    return [
        Near(ids[int(item)], titles[int(item)], float(cosine), bool((met == item).any()))
        for item, cosine in zip(items, cosines, strict=True)
        if item >= 0
    ]
