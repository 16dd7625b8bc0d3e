"""The queries on which a fuser is tuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Dataset, Fold, History, Query, Ranking, ValidationScores
from palate.evaluation import lower_is_better
from palate.pipeline import FittedBranch

USERS = 2000
CELLS = 2**27  # of all branches' scores together: half a GiB
SHORTENED = 300


def tuning(
    dataset: Dataset,
    fold: Fold,
    branches: Sequence[FittedBranch],
    metric: Any,
    seed: int,
    lengths: Sequence[int] = (),
) -> ValidationScores:
    """Queries of users of the validation part, drawn by the seed, and their relevant items.

    That is all of them where the scores of all branches fit into half a GiB, else as many as do, but
    no fewer than 2,000. For each of `lengths`, at most 300 of those with more events are asked for
    again with so many of them, drawn at random, as users whom the branches do not know.
    """
    rng = np.random.default_rng(seed)
    users = fold.users(dataset, "validation")
    room = max(USERS, CELLS // max(len(branches) * len(dataset.items), 1))
    if len(users) > room:
        users = np.sort(rng.choice(users, room, replace=False))
    query = fold.query(dataset, "validation", users)
    shortened = np.zeros(len(users), bool)
    if lengths:
        query, rows = _with_shortened(query, lengths, rng)
        shortened = np.arange(len(rows)) >= len(users)
        users = users[rows]
    truth = fold.truth(dataset, "validation", users)
    seen = fold.seen(dataset, "validation").take(users).matrix
    ties = query.ties(seed)
    depth = getattr(metric, "k", 10) or 10
    sign = -1 if lower_is_better(metric) else 1

    def masked(rows: Any) -> Any:
        return seen[rows] if truth.masks else None

    def evaluate(scores: NDArray[np.float32], rows: Any = None) -> NDArray[np.float64]:
        chosen = np.arange(len(users)) if rows is None else rows
        items = np.full((len(users), depth), -1, np.int32)
        values = np.full((len(users), depth), -np.inf, np.float32)
        items[chosen], values[chosen] = top_k(scores.copy(), depth, masked(chosen), ties[chosen])
        found = sign * np.asarray(metric.score(Ranking(users, items, values), truth), np.float64)
        return found[chosen]

    scores = {branch.name: branch.score(query) for branch in branches}
    return ValidationScores(scores, query, truth, evaluate, seed, shortened)


def _with_shortened(
    query: Query, lengths: Sequence[int], rng: np.random.Generator
) -> tuple[Query, NDArray[np.intp]]:
    """The query with more rows behind it, and the row that each comes from."""
    counts = query.history.counts
    rows, cuts = [np.arange(len(query))], [counts]
    for length in lengths:
        able = np.flatnonzero(counts > length)
        chosen = np.sort(rng.choice(able, min(SHORTENED, len(able)), replace=False))
        rows.append(chosen)
        cuts.append(np.full(len(chosen), length, counts.dtype))
    row, cut = np.concatenate(rows), np.concatenate(cuts)
    users = np.where(np.arange(len(row)) < len(query), query.users[row], -1).astype(np.int32)
    return replace(query.take(row), users=users, history=_cut(query.history.take(row), cut, rng)), row


def _cut(history: History, lengths: NDArray[np.integer], rng: np.random.Generator) -> History:
    """Only so many of each user's events, drawn at random, in their order."""
    lot = rng.random(len(history.items))
    order = np.lexsort((lot, history.owners))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(history.indptr[:-1], history.counts)
    keep = place < lengths[history.owners]
    return history.only(keep)
