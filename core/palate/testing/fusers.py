"""What every fuser must do."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data.few_scores import FewScores
from palate.errors import ComponentError
from palate.testing.case import Case, ensure, same
from palate.testing.data import CATALOGUE, USERS, crowd, tuning_of

Blocks = dict[str, NDArray[np.float32]]


def gives_one_float32_block(case: Case) -> None:
    fused = _fuse(case, _blocks(case))
    right = isinstance(fused, np.ndarray) and fused.dtype == np.float32 and fused.shape == (USERS, CATALOGUE)
    ensure(right, f"fuse() must give float32[{USERS}, {CATALOGUE}]; got {getattr(fused, 'shape', fused)!r}")
    ensure(bool(np.isfinite(fused).all()), "finite scores of all branches must give finite scores")


def one_branch_keeps_its_order(case: Case) -> None:
    """Not asked where its options name more branches than one."""
    name, block = next(iter(_blocks(case).items()))
    try:
        fused = _fuse(case, {name: block})
    except ComponentError:
        ensure(_named(case) is not None, "one branch alone is refused")
        return
    kept = np.array_equal(np.argsort(-fused, axis=1), np.argsort(-block, axis=1))
    ensure(kept, "one branch alone does not keep its order")


def a_branch_that_cannot_serve_is_handled(case: Case) -> None:
    """A row of NaN in one branch leaves the user to the others; NaN in all gives no infinity."""
    blocks = _blocks(case)
    first = next(iter(blocks))
    blocks[first][3] = np.nan
    fused = _fuse(case, blocks)
    ensure(bool(np.isfinite(fused[3]).any()), "a user whom one branch cannot serve gets nothing")
    for block in blocks.values():
        block[3] = np.nan
    fused = _fuse(case, blocks)
    ensure(not np.isinf(fused).any(), "a user whom no branch can serve gets infinite scores")
    ensure(
        bool(np.isfinite(np.delete(fused, 3, axis=0)).all()), "a user whom none can serve spoils the others"
    )


def one_by_one_equals_the_batch(case: Case) -> None:
    blocks = _blocks(case)
    fuser, (_, query) = _ready(case, blocks), crowd()
    together = fuser.fuse(deepcopy(blocks), query)
    alone = [
        fuser.fuse(
            {name: block[row : row + 1].copy() for name, block in blocks.items()},
            query.take(slice(row, row + 1)),
        )
        for row in range(len(query))
    ]
    ensure(same(np.concatenate(alone), together), "scores fused alone are not those fused in a batch")


def inputs_stay_as_they_are(case: Case) -> None:
    blocks = _blocks(case)
    _fuse(case, blocks)
    ensure(same(blocks, _blocks(case)), "fusing changes the scores of the branches")


def few_scores_are_fused_alike(case: Case) -> None:
    """Asked of a fuser that has `fuse_few`, and where it gives anything."""
    blocks, (_, query) = _blocks(case), crowd()
    fuser = _ready(case, blocks)
    if not hasattr(fuser, "fuse_few"):
        return
    together, items = fuser.fuse(deepcopy(blocks), query), np.arange(CATALOGUE, dtype=np.int32)
    for row in range(len(query)):
        few = {name: FewScores(items, block[row], np.nan, CATALOGUE) for name, block in blocks.items()}
        found = fuser.fuse_few(few, query.take(slice(row, row + 1)))
        alike = found is None or same(found.whole()[0], together[row])
        ensure(alike, "fuse_few() gives other scores than fuse()")


def _blocks(case: Case) -> Blocks:
    """Scores of each branch on scales of their own; no two in a row are equal."""
    rng = np.random.default_rng(4)
    scale = iter((1.0, 100.0, 0.01, 10.0, 1.0, 1.0, 1.0, 1.0))
    names = _named(case) or ["first", "second"]
    return {
        name: (rng.normal(size=(USERS, CATALOGUE)) * next(scale, 1.0)).astype(np.float32) for name in names
    }


def _named(case: Case) -> list[str] | None:
    """The branches that its options name, such as those in a mapping of weights."""
    found = next((value for value in case.options.values() if isinstance(value, dict)), None)
    return None if found is None else list(found)


def _ready(case: Case, blocks: Blocks) -> Any:
    fuser, (training, query) = case.fitted(), crowd()
    if callable(getattr(fuser, "wants_tuning", None)) and fuser.wants_tuning():
        fuser.tune(tuning_of(deepcopy(blocks), query, lambda scores: float(np.nanmean(scores[:, 0]))))
        if callable(getattr(fuser, "fit", None)):
            fuser.fit(training)
    return fuser


def _fuse(case: Case, blocks: Blocks) -> Any:
    return _ready(case, blocks).fuse(blocks, crowd()[1])


CHECKS = (
    gives_one_float32_block,
    one_branch_keeps_its_order,
    a_branch_that_cannot_serve_is_handled,
    one_by_one_equals_the_batch,
    inputs_stay_as_they_are,
    few_scores_are_fused_alike,
)
