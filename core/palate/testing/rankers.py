"""What every ranker must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import numpy as np

from palate.arrays.topk import top_k
from palate.testing.any_kind import saves_and_loads
from palate.testing.case import Case, ensure, same, state
from palate.testing.data import checkerboard, crowd
from palate.testing.scores import CHECKS as SCORES


def fit_returns_itself(case: Case) -> None:
    component = case.make()
    ensure(component.fit(crowd()[0]) is component, "fit() must return the component itself")


def same_seed_gives_the_same(case: Case) -> None:
    training, query = crowd(seed=5)
    one, other = case.fitted(training), case.fitted(training)
    ensure(same(state(one), state(other)), "two fits with one seed learn different things")
    ensure(same(one.score(query), other.score(query)), "two fits with one seed score differently")


def fitting_again_forgets_the_first_time(case: Case) -> None:
    training, query = crowd()
    used = case.fit(case.fitted(checkerboard()[0]), training)
    ensure(same(used.score(query), case.fitted(training).score(query)), "a second fit depends on the first")


def inputs_stay_as_they_are(case: Case) -> None:
    training, query = crowd()
    before = deepcopy((training.history, training.items, training.users, training.vectors, query))
    case.fitted(training).score(query)
    after = (training.history, training.items, training.users, training.vectors, query)
    ensure(same(before, after), "fitting or scoring changes the data it was given")


def scoring_leaves_it_as_it_is(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    before = deepcopy(state(fitted))
    first = fitted.score(query).copy()
    first_again = fitted.score(query)
    ensure(same(state(fitted), before), "scoring changes what was learned")
    ensure(same(first, first_again), "scoring twice gives two results")
    first_again[:] = 0  # the core masks the block in place
    ensure(same(fitted.score(query), first), "scores share memory with what was learned; return a copy")


def threads_may_share_it(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    right = fitted.score(query)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: fitted.score(query), range(8)))
    ensure(all(same(scores, right) for scores in found), "scores differ when four threads ask at once")


def fitted_state_can_be_saved(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    again = saves_and_loads(fitted, case)
    ensure(same(again.score(query), fitted.score(query)), "scores differ after saving and loading")


def finds_the_held_out_item(case: Case) -> None:
    """Of users who like all even or all odd items but one, it puts that one first."""
    training, query, missing = checkerboard()
    scores = case.fitted(training).score(query)
    first, _ = top_k(scores, 1, query.history.matrix)
    found = int(np.count_nonzero(first[:, 0] == missing))
    ensure(
        found == len(query),
        f"the one item of their half that a user has not seen comes first for {found} of {len(query)}",
    )


def few_scores_are_those_of_all(case: Case) -> None:
    """Asked of a ranker that has `score_few`, and where it gives anything."""
    fitted, (_, query) = case.fitted(), crowd()
    if not hasattr(fitted, "score_few"):
        return
    scores = fitted.score(query)
    for row in range(len(query)):
        few = fitted.score_few(query.take(slice(row, row + 1)))
        if few is not None:
            ensure(same(few.whole()[0], scores[row]), "score_few() gives other scores than score()")
            ensure(len(np.unique(few.items)) == len(few.items), "score_few() gives an item twice")


CHECKS = (
    *SCORES,
    fit_returns_itself,
    same_seed_gives_the_same,
    fitting_again_forgets_the_first_time,
    inputs_stay_as_they_are,
    scoring_leaves_it_as_it_is,
    few_scores_are_those_of_all,
    threads_may_share_it,
    fitted_state_can_be_saved,
    finds_the_held_out_item,
)
