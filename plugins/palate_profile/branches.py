"""The branch of a pipeline whose interests are looked at, and those interests."""

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
    able = [branch.name for branch in pipeline.branches if branch.aggregator and branch.vectors is not None]
    every = [branch.name for branch in pipeline.branches]
    if not able:
        raise PalateError(
            f"no branch of this pipeline makes interest vectors; it has {listed(every)}. One that does has "
            "`encode:` and `aggregate:`"
        )
    if name is None and len(able) > 1:
        raise PalateError(f"several branches make interest vectors; say which one: {', '.join(able)}")
    if name is not None and name not in able:
        why = "makes no interest vectors" if name in every else "is not there"
        raise PalateError(f"branch {name!r} {why}; {', '.join(able)} can be looked at.{closest(name, able)}")
    wanted = name or able[0]
    return next(branch for branch in pipeline.branches if branch.name == wanted)


def vectors_of(branch: FittedBranch) -> NDArray[np.float32]:
    """The branch's item vectors, float32[items, d]. Raises ComponentError where they hold NaN."""
    if branch.vectors is None or not np.isfinite(branch.vectors).all():
        raise ComponentError(f"the item vectors of branch {branch.name!r} hold NaN or infinite numbers")
    return branch.vectors


def interests_of(branch: FittedBranch, query: Query) -> NDArray[np.float32]:
    """The interests of some people, float32[n, k, d].

    Raises ComponentError where they are not in the space of the item vectors.
    """
    interests, vectors = branch.profile(query), vectors_of(branch)
    if interests is None or interests.shape[2] != vectors.shape[1]:
        shape = "none" if interests is None else f"{interests.shape[2]} dimensions"
        raise ComponentError(
            f"the interests of branch {branch.name!r} have {shape}, and its item vectors {vectors.shape[1]}"
        )
    return interests


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length one; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    divided: NDArray[np.float32] = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return divided


def different(interests: NDArray[np.float32]) -> NDArray[np.float32]:
    """One person's interests float32[k, d] without zeros and repeats, in their order."""
    kept = interests[interests.any(axis=1)]
    _, first = np.unique(kept, axis=0, return_index=True)
    return kept[np.sort(first)]
