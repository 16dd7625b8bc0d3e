"""How much an event weighs by its age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History
from palate_interests.running_mean import RunningMean

Decay = Literal["none", "linear", "log", "harmonic", "quadratic", "half-life"]

CONSTANT_TIME = ("none", "linear", "half-life")


def decayed(
    decay: Decay, ages: NDArray[np.float64], history: History, half_life: float
) -> NDArray[np.float32]:
    """float32[events]: the weight of each event of age a, 1 for a user's newest, of age 0.

    - none: 1
    - linear: 1 - a / (1 + A), where A is the age of the same user's oldest event
    - log: 1 / log2(2 + a), the discount of DCG
    - harmonic: 1 / (1 + a)
    - quadratic: 1 / (1 + a)²
    - half-life: 0.5 ** (a / half_life)
    """
    if decay == "none":
        return np.ones(len(ages), np.float32)
    if decay == "linear":
        return (1 - ages / (1 + _oldest(ages, history))).astype(np.float32)
    if decay == "log":
        return (1 / np.log2(2 + ages)).astype(np.float32)
    if decay == "half-life":
        return np.exp2(-ages / half_life).astype(np.float32)
    return ((1 + ages) ** (-1.0 if decay == "harmonic" else -2.0)).astype(np.float32)


def _oldest(ages: NDArray[np.float64], history: History) -> NDArray[np.float64]:
    """float64[events]: the age of the oldest event of the same user."""
    oldest = np.zeros(len(history))
    some = history.counts > 0
    if some.any():
        oldest[some] = np.maximum.reduceat(ages, history.indptr[:-1][some])
    return oldest[history.owners]


@dataclass
class DecayingMean:
    """The mean of one user's events under a decay, updated by one event in constant time.

    `aged` is the mean; under `linear` its weights are 1 + the time since the oldest event, to which
    they are proportional. `plain` weights all events the same. `age` is the time from the oldest event
    to the newest, `newest` the time of that one, where there are times; `some`: whether there is any.
    """

    plain: RunningMean
    aged: RunningMean
    age: float
    newest: int
    some: bool

    @classmethod
    def begin(
        cls, decay: Decay, ages: NDArray[Any], history: History, vectors: Vectors, half_life: float
    ) -> DecayingMean | None:
        """From the one user in `history`; None for a decay whose weights do not all change by one factor."""
        if decay not in CONSTANT_TIME:
            return None
        age = float(ages.max(initial=0.0))
        weights = 1 + age - ages if decay == "linear" else decayed(decay, ages, history, half_life)
        plain = RunningMean.over(history, vectors, np.ones(len(ages)))
        newest = int(history.times.max(initial=0)) if history.times is not None else 0
        return cls(plain, RunningMean.over(history, vectors, weights), age, newest, len(ages) > 0)

    def add(self, decay: Decay, vector: NDArray[Any], later: float, half_life: float) -> None:
        """Add one event, `later` than the newest by so much (earlier where negative)."""
        later = later if self.some else 0.0
        weight = 1.0
        if decay == "linear":
            before = max(0.0, -later - self.age)
            self.aged.total = self.aged.total + before * self.plain.total
            self.aged.weight += before * self.plain.weight
            weight = 1 + max(0.0, self.age + later)
            self.age = max(self.age + before, self.age + later)
        elif decay == "half-life":
            self.aged.scale(float(np.exp2(-max(later, 0.0) / half_life)))
            weight = float(np.exp2(min(later, 0.0) / half_life))
        self.plain.add(vector, 1.0)
        self.aged.add(vector, weight)
        self.some = True
