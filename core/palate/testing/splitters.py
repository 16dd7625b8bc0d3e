"""What every splitter must do."""

from __future__ import annotations

from copy import deepcopy

import numpy as np

from palate.data import PARTS, Dataset, Fold
from palate.testing.case import Case, ensure, same
from palate.testing.data import dataset


def gives_folds(case: Case) -> None:
    """At least one, each with something to train on and something to test."""
    data = dataset()
    folds = _folds(case, data)
    ensure(
        bool(folds) and all(isinstance(fold, Fold) for fold in folds), "split() must yield one Fold or more"
    )
    for fold in folds:
        ensure(fold.count("train") > 0, "a fold leaves nothing to train on")
        ensure(fold.count("test") > 0, "a fold leaves nothing to test")


def gives_as_many_folds_as_it_says(case: Case) -> None:
    """One, or what `n_folds()` says, if it has that."""
    splitter = case.make()
    said = splitter.n_folds() if hasattr(splitter, "n_folds") else 1
    given = len(_folds(case, dataset()))
    ensure(given == said, f"split() gives {given} folds; n_folds() must say so, and says {said}")


def labels_each_interaction_once(case: Case) -> None:
    data = dataset()
    for fold in _folds(case, data):
        right = fold.part.dtype == np.uint8 and fold.part.shape == (data.interactions.height,)
        ensure(
            right, f"a fold needs uint8[{data.interactions.height}]; got {fold.part.dtype}{fold.part.shape}"
        )
        unknown = set(np.unique(fold.part).tolist()) - set(PARTS.values())
        ensure(not unknown, f"labels must be among {PARTS}; got {sorted(unknown)}")


def leaves_test_users(case: Case) -> None:
    """Users of the test part who have something to find that they had not seen."""
    data = dataset()
    for fold in _folds(case, data):
        ensure(
            int(fold.truth(data, "test").counts.sum()) > 0, "nobody has anything new to find in the test part"
        )


def same_seed_gives_the_same(case: Case) -> None:
    data = dataset()
    ensure(same(_folds(case, data), _folds(case, data)), "two splits with one seed differ")


def inputs_stay_as_they_are(case: Case) -> None:
    data = dataset()
    before = deepcopy((data.interactions, data.items, data.users))
    _folds(case, data)
    ensure(same((data.interactions, data.items, data.users), before), "splitting changes the dataset")


def _folds(case: Case, data: Dataset) -> list[Fold]:
    return list(case.make().split(data, np.random.default_rng(7)))


CHECKS = (
    gives_folds,
    gives_as_many_folds_as_it_says,
    labels_each_interaction_once,
    leaves_test_users,
    same_seed_gives_the_same,
    inputs_stay_as_they_are,
)
