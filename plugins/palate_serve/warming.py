"""What is done with a run before it answers: one recommendation, and a look at how much its indexes find."""

from __future__ import annotations

import logging

import numpy as np

from palate.data import Query
from palate.pipeline import FittedBranch, Pipeline
from palate.store import mapped

log = logging.getLogger("palate_serve")
TOP = 20
_USERS = 64
_SMALL = 2**26  # bytes


def warm(pipeline: Pipeline) -> None:
    """Recommend to some users, so that what is loaded or prepared at its first use is there.

    What rankers have in files is brought into memory before, if it is not large: there the system has larger
    pages, and whoever reads rows here and there waits less.
    """
    for branch in pipeline.branches:
        for name, value in vars(branch.ranker).items():
            if isinstance(value, np.ndarray) and value.nbytes <= _SMALL:
                setattr(branch.ranker, name, mapped.brought_in(value))
    users = np.flatnonzero(pipeline.history.counts)[:3].astype(np.int32)
    for user in users:
        pipeline.best(pipeline.lookup.known(np.array([user], np.int32)), 10)
    if len(users):
        items = pipeline.history.take(users[:1]).items[:5].tolist()
        pipeline.best(Query(np.array([-1], np.int32), pipeline.lookup.told(items)), 10)


def recalls(pipeline: Pipeline) -> dict[str, float]:
    """By branch with an index, the share of the 20 items truly nearest to users' interests that it finds.

    A mean over 64 users, the same ones whenever it is asked.
    """
    found = {}
    for branch in pipeline.branches:
        if branch.index is None or not hasattr(branch.index, "exact"):
            continue
        share = _recall(branch, _some_users(pipeline))
        if share is not None:
            found[branch.name] = share
            log.info(
                "the index of branch %s finds %.1f%% of the true %d nearest", branch.name, share * 100, TOP
            )
        for array in (branch.vectors, getattr(branch.index, "vectors_", None)):
            if isinstance(array, np.ndarray):
                mapped.release(array)  # looking at all of it brought it into memory
    return found


def _some_users(pipeline: Pipeline) -> Query:
    able = np.flatnonzero(pipeline.history.counts)
    some = np.random.default_rng(0).choice(able, min(_USERS, len(able)), replace=False)
    return pipeline.lookup.known(np.sort(some).astype(np.int32))


def _recall(branch: FittedBranch, query: Query) -> float | None:
    if not len(query):
        return None
    interests = branch.profile(query)
    if interests is None:
        return None
    rows = interests.reshape(-1, interests.shape[-1])
    rows = rows[rows.any(axis=1)]
    if not len(rows):
        return None
    nearest = branch.index.exact(rows, TOP)
    given = branch.index.search(rows, branch.index.candidates)
    shares = [np.isin(true[true >= 0], some).mean() for true, some in zip(nearest, given, strict=True)]
    return float(np.mean(shares))
