"""The smallest components of which a recipe can be made, so that an engine has something to run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold, Query, Ranking, Training, Truth
from palate.registry.entry_points import PluginEntry
from palate.registry.hookspecs import hookimpl
from palate.testing.data import dataset


@dataclass
class Crowd:
    """The interactions of `palate.testing.dataset`."""

    name: ClassVar[str] = "crowd"

    def load(self) -> Dataset:
        return dataset()


@dataclass
class AsGiven:
    """The split that the data came with."""

    name: ClassVar[str] = "as-given"

    def split(self, data: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        yield Fold(data.interactions["part"].to_numpy())


@dataclass
class Counted:
    """Items by the number of users who have them, divided by `scale`; 0 fails, as is to be expected."""

    name: ClassVar[str] = "counted"

    scale: float = 1.0

    counts_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Counted:
        self.counts_ = (training.history.popularity * (1 / self.scale)).astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        return np.tile(self.counts_, (len(query), 1))


@dataclass
class Found:
    """How many of the first k are right."""

    name: ClassVar[str] = "found"

    k: int = 5

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        found: NDArray[np.float64] = truth.hits(ranking)[:, : self.k].sum(axis=1, dtype=np.float64)
        return found


class Parts:
    """The plugin that registers them."""

    @hookimpl
    def register_sources(self) -> list[type]:
        return [Crowd]

    @hookimpl
    def register_splitters(self) -> list[type]:
        return [AsGiven]

    @hookimpl
    def register_rankers(self) -> list[type]:
        return [Counted]

    @hookimpl
    def register_metrics(self) -> list[type]:
        return [Found]


PARTS = Parts()


def entry() -> PluginEntry:
    """How a registry takes them in, also that of another process."""
    return PluginEntry("parts", "palate", entry="palate.testing.parts:PARTS")
