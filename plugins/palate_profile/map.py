"""Items and people of a pipeline as points in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.pipeline import FittedBranch, Pipeline
from palate_profile.branches import different, interests_of, unit, vectors_of
from palate_profile.colours import Groups, grouped
from palate_profile.layout import Method, two_dimensions


@dataclass(frozen=True)
class Map:
    """Points float32[n, 2] of items and of people's interests, each with what to say of it.

    `group` int64[items] is the group of each item in `groups`. `item_labels` are titles;
    `people_labels` say who it is and what they met last.
    """

    name: str
    attribute: str | None
    method: str
    items: NDArray[np.float32]
    group: NDArray[np.int64]
    item_labels: list[str]
    people: NDArray[np.float32]
    people_labels: list[str]
    groups: Groups


def drawn(
    pipeline: Pipeline,
    branch: FittedBranch,
    attribute: str | None = None,
    method: Method = "pca",
    n_items: int = 5000,
    n_people: int = 300,
    seed: int = 0,
) -> Map:
    """The map of a branch: its most popular items, and some people drawn by the seed, a point an interest.

    Items without a vector and people without an interest are left out. All are taken at length one,
    so that near means alike by cosine. Raises ComponentError where the items lack the attribute.
    """
    groups = grouped(pipeline.items, attribute)
    vectors = vectors_of(branch)
    popular = np.argsort(-pipeline.history.popularity, kind="stable")
    rows = np.sort(popular[vectors[popular].any(axis=1)][:n_items])
    people = np.flatnonzero(pipeline.history.counts)
    if len(people) > n_people:
        people = np.sort(np.random.default_rng(seed).choice(people, n_people, replace=False))
    query = pipeline.lookup.known(people.astype(np.int32))
    each = [different(some) for some in interests_of(branch, query)]
    owners = np.repeat(np.arange(len(people)), [len(some) for some in each])
    interests = np.concatenate([np.zeros((0, vectors.shape[1]), np.float32), *each])
    places, ours = two_dimensions(unit(vectors[rows]), unit(interests), method, seed)
    labels = _people_labels(pipeline, people)
    return Map(
        name=branch.name,
        attribute=attribute,
        method="t-SNE" if method == "t-sne" else "principal components",
        items=places,
        group=groups.of[rows],
        item_labels=pipeline.items.titles.gather(rows.astype(np.uint32)).to_list(),
        people=ours,
        people_labels=[labels[owner] for owner in owners],
        groups=groups,
    )


def _people_labels(pipeline: Pipeline, people: NDArray[np.int64]) -> list[str]:
    """Who it is, and the three things they met last."""
    titles, history = pipeline.items.titles, pipeline.history
    ids = pipeline.users["id"].cast(pl.String).gather(people.astype(np.uint32)).to_list()
    labels = []
    for name, person in zip(ids, people, strict=True):
        last = history.items[history.indptr[person] : history.indptr[person + 1]][::-1][:3]
        labels.append(f"user {name}: " + ", ".join(titles.gather(last.astype(np.uint32)).to_list()))
    return labels
