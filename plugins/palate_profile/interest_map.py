"""Items and users of a pipeline as points in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.rows import unit_rows
from palate.pipeline import FittedBranch, Pipeline
from palate_profile.branches import distinct, interests_of, vectors_of
from palate_profile.colours import Groups, grouped
from palate_profile.layout import Layout, Method, two_dimensions
from palate_profile.telling import most_telling


@dataclass(frozen=True)
class InterestMap:
    """Points of items and of users' interests in a `layout`, each with a label.

    `group` int64[items] is the group of each item in `groups`, made by `attribute` (None: a single one).
    `item_labels` are titles; `user_labels` say who it is and the last items they interacted with.
    """

    name: str
    attribute: str | None
    method: str
    layout: Layout
    group: NDArray[np.int64]
    item_labels: list[str]
    user_labels: list[str]
    groups: Groups


def interest_map(
    pipeline: Pipeline,
    branch: FittedBranch,
    attribute: str | None = None,
    method: Method = "pca",
    n_items: int = 5000,
    n_users: int = 300,
    seed: int = 0,
) -> InterestMap:
    """The map of a branch: its most popular items, and some users drawn by the seed, a point an interest.

    Items without a vector and users without an interest are left out. All vectors are taken at length one,
    so that near means alike by cosine. Without an `attribute` items are coloured by the one that tells
    most. Raises ComponentError where the items have no such attribute.
    """
    if attribute is not None:
        grouped(pipeline.items, attribute)
    vectors = vectors_of(branch)
    popular = np.argsort(-pipeline.history.popularity, kind="stable")
    rows = np.sort(popular[vectors[popular].any(axis=1)][:n_items])
    users = np.flatnonzero(pipeline.history.counts)
    if len(users) > n_users:
        users = np.sort(np.random.default_rng(seed).choice(users, n_users, replace=False))
    query = pipeline.lookup.known(users.astype(np.int32))
    each = [distinct(some) for some in interests_of(branch, query)]
    owners = np.repeat(np.arange(len(users)), [len(some) for some in each])
    interests = np.concatenate([np.zeros((0, vectors.shape[1]), np.float32), *each])
    layout = two_dimensions(unit_rows(vectors[rows]), unit_rows(interests), method, seed)
    chosen = attribute or most_telling(pipeline.items, rows, layout.items)
    groups, labels = grouped(pipeline.items, chosen), _user_labels(pipeline, users)
    return InterestMap(
        name=branch.name,
        attribute=chosen,
        method="t-SNE" if method == "t-sne" else "principal components",
        layout=layout,
        group=groups.of[rows],
        item_labels=pipeline.items.titles.gather(rows.astype(np.uint32)).to_list(),
        user_labels=[labels[owner] for owner in owners],
        groups=groups,
    )


def _user_labels(pipeline: Pipeline, users: NDArray[np.int64]) -> list[str]:
    """Who it is, and the last three items they interacted with."""
    titles, history = pipeline.items.titles, pipeline.history
    ids = pipeline.users["id"].cast(pl.String).gather(users.astype(np.uint32)).to_list()
    labels = []
    for name, user in zip(ids, users, strict=True):
        last = history.items[history.indptr[user] : history.indptr[user + 1]][::-1][:3]
        labels.append(f"user {name}: " + ", ".join(titles.gather(last.astype(np.uint32)).to_list()))
    return labels
