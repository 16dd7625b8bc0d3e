"""The values that a trial tries. Needs optuna."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial

from palate.errors import TuningError
from palate.recipe.search import settle
from palate.recipe.space import Space
from palate.recipe.yaml import Node

MOST_COMBINATIONS = 100_000
Assignment = dict[str, Any]


def suggested(trial: Trial, space: Space) -> Any:
    """The value that the trial suggests for a space: a number, or the name of one of a choice."""
    if space.kind == "choice":
        names = [space.name(value) for value in space.values]
        return trial.suggest_categorical(space.path, names)
    if space.kind == "int":
        low, stride = int(space.low), int(space.step or 1)
        last = low + (int(space.high) - low) // stride * stride
        return trial.suggest_int(space.path, low, last, step=stride)
    high = float(space.high)
    if space.step is not None:
        high = space.low + int((space.high - space.low) / space.step + 1e-9) * space.step
    log = space.kind == "log"
    return trial.suggest_float(space.path, float(space.low), high, step=space.step, log=log)


def grid(tree: Node) -> list[Assignment]:
    """Every combination of grid values; a space within a choice only where its value is chosen.

    Raises TuningError for more than 100,000.
    """
    waiting: list[Assignment] = [{}]
    done: list[Assignment] = []
    while waiting:
        taken = waiting.pop()
        space = _open(tree, taken)
        if space is None:
            done.append(taken)
        else:
            waiting += [{**taken, space.path: value} for value in space.grid()]
        if len(waiting) + len(done) > MOST_COMBINATIONS:
            raise TuningError(
                f"a grid of these spaces has more than {MOST_COMBINATIONS:,} combinations; give fewer "
                "`points`, or use the sampler tpe or random"
            )
    return done


def combinations(tree: Node, spaces: tuple[Space, ...]) -> list[Assignment]:
    """All combinations of choices; none where a space has numbers between bounds, or for over 100,000."""
    if any(space.kind != "choice" for space in spaces):
        return []
    try:
        return grid(tree)
    except TuningError:
        return []


def _open(tree: Node, taken: Assignment) -> Space | None:
    """The first space without a value, if any."""
    missing: list[Space] = []

    def pick(space: Space) -> Node:
        if space.path in taken:
            return space.node_of(taken[space.path])
        missing.append(space)
        return Node(0, space.node.origin) if space.kind != "choice" else space.values[0]

    settle(tree, pick)
    return missing[0] if missing else None


class Grid(BaseSampler):
    """One combination of a grid."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return {}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self.assignment[param_name]


@dataclass
class ReproducibleSampler(BaseSampler):
    """Another sampler for each place in the study, so that a resumed study draws the same values.

    A place is a trial's number less the stopped trials before it. A sampler that is made anew from
    seed and place does not depend on whether the study was stopped in between.
    """

    make: Callable[[int], BaseSampler]
    stopped: Callable[[], set[int]]
    _made: dict[int, BaseSampler] = field(default_factory=dict)

    def of(self, trial: FrozenTrial) -> BaseSampler:
        if trial.number not in self._made:
            place = trial.number - sum(number < trial.number for number in self.stopped())
            self._made[trial.number] = self.make(place)
        return self._made[trial.number]

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        return self.of(trial).infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self.of(trial).sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self.of(trial).sample_independent(study, trial, param_name, param_distribution)


def makers(sampler: str, seed: int, tree: Node) -> tuple[Callable[[int], BaseSampler], int | None]:
    """What makes the sampler of a place, and how many places there are; None is no limit."""
    if sampler == "grid":
        combinations = grid(tree)
        random.Random(seed).shuffle(combinations)  # noqa: S311
        return (lambda place: Grid(combinations[place % len(combinations)])), len(combinations)
    cls = TPESampler if sampler == "tpe" else RandomSampler
    return (lambda place: cls(seed=_seed(seed, place))), None


def _seed(seed: int, place: int) -> int:
    return int(np.random.SeedSequence([seed, place]).generate_state(1)[0])
