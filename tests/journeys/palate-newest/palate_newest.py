from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from annotated_types import Gt

from palate import hookimpl


@dataclass
class Newest:
    """Items that many users interacted with lately."""

    name = "newest"
    needs = frozenset({"timestamps"})
    half_life: Annotated[float, Gt(0)] = 7.0  # days
    weights_: np.ndarray = field(init=False, repr=False, compare=False)

    def fit(self, training):
        days = (training.history.times.max() - training.history.times) / 86400
        weights = 0.5 ** (days / self.half_life)
        self.weights_ = np.bincount(training.history.items, weights, len(training.items)).astype(np.float32)
        return self

    def score(self, query):
        return np.tile(self.weights_, (len(query), 1))


@hookimpl
def register_rankers():
    return [Newest]
