"""Why an item has its score: what each branch and each item of the user's history adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.components.trainable import is_trainable
from palate.data import Query
from palate.data.contributions import Affine, Contributions
from palate.errors import PalateError
from palate.pipeline.branch import FittedBranch

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline

_CLOSE = 1e-4


@dataclass(frozen=True)
class BranchPart:
    """What one branch adds to a score.

    `score` is the item's score in the branch, None where it has no opinion; `adds` what that comes
    to in the final score. `past` float64[history] is the part of `adds` that each item of the history
    contributes, None where the ranker's score cannot be taken apart, or only its rank counts; the
    rest of `adds` comes from elsewhere, such as the mean that normalising takes away. Where it is not
    `exact` the score is no sum over the history, and a part is by how much it falls without the item.
    """

    name: str
    ranker: str
    score: float | None
    adds: float
    past: NDArray[np.float64] | None
    exact: bool = True

    @property
    def rest(self) -> float:
        """What does not come from the past, or cannot be told from it."""
        return self.adds - (0.0 if self.past is None else float(self.past.sum()))


@dataclass(frozen=True)
class Explanation:
    """Why an item has its score: `score` = `rest` + Σ what the branches add.

    `item` and `history` (int32[history], each item once) are row numbers, `titles` the titles of the
    history. `place` is where the item stands among all that the user has not seen, before anything is
    reordered; None where it is seen. `fallback` says that no branch could serve the user.
    """

    item: int
    title: str
    score: float
    place: int | None
    branches: tuple[BranchPart, ...]
    history: NDArray[np.int32]
    titles: tuple[str, ...]
    rest: float = 0.0
    fallback: bool = False

    @property
    def past(self) -> NDArray[np.float64]:
        """float64[history]: what each item of the history adds, in all branches together."""
        total = np.zeros(len(self.history))
        for part in self.branches:
            if part.past is not None:
                total += part.past
        return total

    @property
    def total(self) -> float:
        """The sum of all contributions: the score, but for rounding."""
        return self.rest + sum(part.adds for part in self.branches)

    def frame(self) -> pl.DataFrame:
        """`item` (row), `title`, `adds` and one column a branch that can be taken apart; most first."""
        columns: dict[str, Any] = {"item": self.history, "title": list(self.titles), "adds": self.past}
        columns |= {part.name: part.past for part in self.branches if part.past is not None}
        return pl.DataFrame(columns).sort("adds", descending=True, maintain_order=True)


def explain(pipeline: Pipeline, query: Query, item: int) -> Explanation:
    """Why the one user of the query has the score they have for this item (a row number).

    Raises PalateError where the fuser cannot say what the branches add, or nothing scores the item.
    """
    block = pipeline.scores(query)
    score = float(block[0, item])
    if not np.isfinite(score):
        raise PalateError(
            f"no branch has an opinion on {pipeline.items.titles[item]!r} for this user, so there is no "
            "score to explain"
        )
    branches = pipeline.branches if pipeline.fuser is not None else pipeline.branches[:1]
    scores = {branch.name: branch.score(query) for branch in branches}
    unserved = not any(np.isfinite(own).any() for own in scores.values())
    fallback = pipeline.fallback if unserved else None
    if fallback is not None:
        branches, scores = (fallback,), {fallback.name: block}
    alone = pipeline.fuser is None or unserved
    affine = _itself(branches) if alone else _affine(pipeline.fuser, scores, query, item)
    past_items = query.history.matrix.indices.astype(np.int32)
    parts = tuple(_part(branch, query, item, scores[branch.name], affine) for branch in branches)
    titles = pipeline.items.titles
    theirs = tuple(titles.gather(pl.Series(past_items, dtype=pl.UInt32)).to_list())
    place, rest = _place(block, query, item), float(affine.rest[0])
    served = fallback is not None
    return Explanation(item, str(titles[item]), score, place, parts, past_items, theirs, rest, served)


def _itself(branches: tuple[FittedBranch, ...]) -> Affine:
    one, nothing = np.ones(1), np.zeros(1)
    return Affine({b.name: one for b in branches}, {b.name: nothing for b in branches}, nothing)


def _affine(fuser: Any, scores: Mapping[str, NDArray[np.float32]], query: Query, item: int) -> Affine:
    if not hasattr(fuser, "explain"):
        raise PalateError(
            f"fuser {fuser.name!r} does not add up the scores of the branches, so a score cannot be taken "
            "apart; fusers that can be explained exactly are 'weighted', 'switch', 'rrf' and 'combmnz'"
        )
    found: Affine = fuser.explain(scores, query, np.array([item], np.int32))
    return found


def _part(
    branch: FittedBranch, query: Query, item: int, scores: NDArray[np.float32], affine: Affine
) -> BranchPart:
    own = float(scores[0, item])
    slope, shift = float(affine.slope[branch.name][0]), float(affine.shift[branch.name][0])
    known = np.isfinite(own)
    found = _contributions(branch, query, item) if known and slope else None
    past = None if found is None else _past(branch, query, found)
    return BranchPart(
        branch.name,
        branch.ranker.name,
        own if known else None,
        slope * own + shift if known else 0.0,
        None if past is None else slope * past,
        found is None or found.exact,
    )


def past_of(branch: FittedBranch, query: Query, item: int) -> NDArray[np.float64] | None:
    """float64[history]: what each item of the history adds to the branch's score of the item.

    None where the ranker or the aggregator cannot say so.
    """
    found = _contributions(branch, query, item)
    return None if found is None else _past(branch, query, found)


def _contributions(branch: FittedBranch, query: Query, item: int) -> Contributions | None:
    if not hasattr(branch.ranker, "explain"):
        return None
    interests = branch.profile(query)
    whole = query if interests is None else query.with_interests(interests)
    found: Contributions | None = branch.ranker.explain(whole, np.array([item], np.int32))
    return found


def _past(branch: FittedBranch, query: Query, found: Contributions) -> NDArray[np.float64] | None:
    interests = None if found.interests is None else branch.profile(query)
    if found.interests is None or interests is None:
        return found.past
    shares = _shares(branch, query, interests)
    if shares is None or branch.vectors is None:
        return None
    toward = branch.vectors[query.history.matrix.indices].astype(np.float64) @ found.interests[0].T
    past: NDArray[np.float64] = np.einsum("mk,mk->m", shares, toward)
    return past


def _shares(branch: FittedBranch, query: Query, interests: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """float64[history, k]: how much of each item is in each interest; None where interests are no sums.

    An aggregator that weighs items by anything but their vectors gives these weights when each item's
    vector is replaced by one that marks the item; whether it does is tried on the real vectors.
    """
    past_items = query.history.matrix.indices
    vectors = branch.vectors
    if vectors is None or is_trainable(branch.aggregator):
        return None
    marks = np.zeros((len(vectors), len(past_items)), np.float32)
    there = vectors[past_items].any(axis=1)
    marks[past_items[there], np.flatnonzero(there)] = 1.0
    shares = np.asarray(branch.aggregator.profile(query, marks), np.float64)[0].T
    if shares.shape != (len(past_items), interests.shape[1]):
        return None
    again = shares.T @ vectors[past_items].astype(np.float64)
    return shares if np.abs(again - interests[0]).max(initial=0) < _CLOSE else None


def _place(block: NDArray[np.float32], query: Query, item: int) -> int | None:
    seen = query.masked.matrix.indices
    if item in seen:
        return None
    scores = block[0].copy()
    scores[seen] = np.nan
    return 1 + int(np.count_nonzero(scores > scores[item]))
