"""What every component that may learn must do where it does: aggregators, fusers and rerankers."""

from __future__ import annotations

from copy import deepcopy

from palate.testing.case import Case, ensure, same, state
from palate.testing.data import checkerboard, crowd

KINDS = ("aggregator", "fuser", "reranker")


def fit_returns_itself(case: Case) -> None:
    component = case.make()
    ensure(component.fit(crowd()[0]) is component, "fit() must return the component itself")


def same_seed_gives_the_same(case: Case) -> None:
    training = crowd(seed=5)[0]
    one, other = case.fitted(training), case.fitted(training)
    ensure(same(state(one), state(other)), "two fits with one seed learn different things")


def fitting_again_forgets_the_first_time(case: Case) -> None:
    training = crowd()[0]
    used = case.fit(case.fitted(checkerboard()[0]), training)
    ensure(same(state(used), state(case.fitted(training))), "a second fit depends on the first")


def fitting_leaves_its_input_as_it_is(case: Case) -> None:
    training = crowd()[0]
    before = deepcopy((training.history, training.items, training.users, training.vectors))
    case.fitted(training)
    after = (training.history, training.items, training.users, training.vectors)
    ensure(same(before, after), "fitting changes the data it was given")


CHECKS = (
    fit_returns_itself,
    same_seed_gives_the_same,
    fitting_again_forgets_the_first_time,
    fitting_leaves_its_input_as_it_is,
)
