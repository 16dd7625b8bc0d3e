"""The branch of a pipeline that makes interest vectors, and those vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.errors import ComponentError, PalateError, closest, listed
from palate.pipeline import FittedBranch, Pipeline


def open_pipeline(run: str | Path) -> Pipeline:
    """The pipeline in the folder of a run, or in one that `palate fit` wrote. Raises StoreError."""
    inside = Path(run) / "pipeline"
    return Pipeline.load(inside if inside.is_dir() else Path(run))


def interest_branch(pipeline: Pipeline, name: str | None = None) -> FittedBranch:
    """The branch of this name, or the only one, that makes interest vectors.

    Raises PalateError where there is none, or several and no name.
    """
    able = [branch.name for branch in pipeline.branches if branch.makes_interests]
    every = [branch.name for branch in pipeline.branches]
    if not able:
        raise PalateError(
            f"no branch of this pipeline makes interest vectors; it has {listed(every)}. One that does has "
            "`encode:` and `aggregate:`, or a ranker that makes them, such as `sasrec` or `two-tower`"
        )
    if name is None and len(able) > 1:
        raise PalateError(f"several branches make interest vectors; say which one: {', '.join(able)}")
    if name is not None and name not in able:
        why = "makes no interest vectors" if name in every else "is not in this pipeline"
        raise PalateError(f"branch {name!r} {why}; there is {', '.join(able)}.{closest(name, able)}")
    wanted = name or able[0]
    return next(branch for branch in pipeline.branches if branch.name == wanted)


def vectors_of(branch: FittedBranch) -> NDArray[np.float32]:
    """The items among the branch's interests, float32[items, d]: its text vectors, or those of its ranker.

    Raises ComponentError where they hold NaN.
    """
    found = branch.interest_items()
    if found is None or not np.isfinite(found).all():
        raise ComponentError(f"the item vectors of branch {branch.name!r} hold NaN or infinite numbers")
    return found


def interests_of(branch: FittedBranch, query: Query) -> NDArray[np.float32]:
    """The interests of some users, float32[n, k, d].

    Raises ComponentError where the branch makes none, or none in the space of its item vectors.
    """
    vectors_of(branch)
    interests = branch.interests(query)
    if interests is None:
        raise ComponentError(f"branch {branch.name!r} makes no interest vectors")
    return interests


def distinct(interests: NDArray[np.float32]) -> NDArray[np.float32]:
    """One user's interests float32[k, d] without zeros and repeats, in their order."""
    kept = interests[interests.any(axis=1)]
    _, first = np.unique(kept, axis=0, return_index=True)
    return kept[np.sort(first)]
