"""Which items may be recommended, where not all of them may: by `only` and `exclude`, and by rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.ties import Keys
from palate.arrays.topk import top_k
from palate.components.calling import calling, checked_array
from palate.data import Items, Query, Ranking
from palate.errors import PalateError, UnknownItem, listed
from palate.pipeline.ids import rows_of


@dataclass(frozen=True)
class Allowed:
    """The items that `only`, `exclude` and the rules of rerankers leave.

    `mask` says which: bool[items], or bool[n, items] where a rule depends on the user; `listed` int32[m]
    are the row numbers of `only`, ascending, or None without it. `remarks` name the ids that are unknown.
    """

    mask: NDArray[np.bool_]
    listed: NDArray[np.int32] | None = None
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def excluded(self) -> int:
        """How many items may not be recommended, at most to one user."""
        return int(np.count_nonzero(~self.mask, axis=-1).max(initial=0))


def allowed(items: Items, only: Iterable[Any] | None, exclude: Iterable[Any] | None) -> Allowed | None:
    """What the two leave of the items, each an iterable of ids; None where neither is given.

    An item in both is excluded. Raises UnknownItem where not one id of the two is known.
    """
    if only is None and exclude is None:
        return None
    mask = np.full(len(items), only is None)
    shelf, remarks = None, []
    if only is not None:
        shelf, said = _known(items.ids, only, "only")
        mask[shelf] = True
        remarks += said
    if exclude is not None:
        gone, said = _known(items.ids, exclude, "exclude")
        mask[gone] = False
        remarks += said
    rows = None if shelf is None else np.flatnonzero(mask).astype(np.int32)
    return Allowed(mask, rows, tuple(remarks))


def by_rules(limits: Allowed | None, rerankers: Iterable[Any], query: Query) -> Allowed | None:
    """What is left of the items for each user of the query after every reranker that has `allows`.

    Raises ComponentError where one gives no bool[n, items].
    """
    shape = (len(query), query.history.n_items)
    for reranker in rerankers:
        if not hasattr(reranker, "allows"):
            continue
        who = f"reranker {reranker.name!r}"
        with calling(who):
            mask = checked_array(reranker.allows(query), who, shape, "bool", "what it allows")
        limits = Allowed(mask) if limits is None else replace(limits, mask=limits.mask & mask)
    return limits


def filled(
    ranking: Ranking,
    query: Query,
    score: Callable[[Query], NDArray[np.float32]],
    seen: sp.csr_array | None,
    allowed: Allowed,
    ties: Keys,
) -> Ranking:
    """The ranking, its empty places taken by other allowed items in the order of `score`.

    So a user gets as many of a short list as there are, even where the branches have no opinion on
    them. Added items stand behind the rest, with scores just under the last one's.
    """
    short = np.flatnonzero((ranking.items < 0).any(axis=1))
    if not len(short):
        return ranking
    first, depth = ranking.items[short], ranking.k
    mask = allowed.mask if allowed.mask.ndim == 1 else allowed.mask[short]
    block = np.where(mask, score(query.take(short)), np.float32(np.nan))
    row, place = np.nonzero(first >= 0)
    block[row, first[row, place]] = np.nan
    more, values = top_k(block, depth, None if seen is None else seen[short], ties[short])
    items = np.hstack([first, more])
    scores = np.hstack([ranking.scores[short], _under(ranking.scores[short], values)])
    order = np.argsort(items < 0, axis=1, kind="stable")[:, :depth]
    all_items, all_scores = ranking.items.copy(), ranking.scores.copy()
    all_items[short] = np.take_along_axis(items, order, 1)
    all_scores[short] = np.take_along_axis(scores, order, 1)
    return replace(ranking, items=all_items, scores=all_scores)


def _under(scores: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores for what stands behind `scores`: below the last of them, in the order of `values`.

    A row without scores keeps its values.
    """
    there = np.isfinite(scores)
    any_there = there.any(axis=1, keepdims=True)
    lowest = scores.min(axis=1, where=there, initial=np.inf, keepdims=True).astype(np.float64)
    last = np.where(any_there, lowest, 0.0)
    steps = np.arange(1, values.shape[1] + 1) * np.maximum(np.abs(last), 1e-3) * 1e-6
    placed = np.where(any_there, last - steps, values)
    under: NDArray[np.float32] = np.where(np.isfinite(values), placed, -np.inf).astype(np.float32)
    return under


def _known(ids: pl.Series, given: Iterable[Any], name: str) -> tuple[NDArray[np.int32], list[str]]:
    """The rows of the known ids, and a remark about the others."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise PalateError(f"{name} is a list of item ids; got {given!r}")
    wanted = list(dict.fromkeys(given))
    rows = rows_of(ids, wanted, f"an id in {name}")
    unknown = [value for value, row in zip(wanted, rows, strict=True) if row < 0]
    if unknown and len(unknown) == len(wanted):
        raise UnknownItem(f"{name}: no item has any of these ids: {listed(unknown)}")
    said = f"{name}: {len(unknown):,} of {len(wanted):,} ids are unknown: {listed(unknown)}"
    return rows[rows >= 0], [said] if unknown else []
