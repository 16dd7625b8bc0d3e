"""Users for whom a part of a pipeline should have scored something, and did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from palate.data import Query
    from palate.pipeline.branch import FittedBranch

_NONE: Counter[str] = Counter()
_LOCK = Lock()


def unscored(block: NDArray[np.float32]) -> NDArray[np.bool_]:
    """bool[n]: which rows of float32[n, items] are NaN throughout."""
    silent = np.isnan(block[:, 0]) if block.shape[1] else np.ones(len(block), bool)
    some = np.flatnonzero(silent)
    if len(some):  # most rows have a number at their beginning, so that few are read to their end
        silent[some] = np.isnan(block[some]).all(axis=1)
    return silent


@dataclass
class Silence:
    """Counts users by who should have scored an item for them and gave NaN for all.

    `asked` and `silent` count by part of the pipeline, such as `branch 'a'`; `fallback` counts those
    whom the fallback served. Several threads may count. Without `listening` only the last is counted.
    """

    asked: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    fallback: int = 0
    listening: bool = True
    _alone: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def deaf(cls) -> Silence:
        """One that only counts whom the fallback served."""
        return cls(_NONE, _NONE, listening=False, _alone=_LOCK)

    def heard(self, who: str, block: NDArray[np.float32], served: NDArray[np.bool_]) -> None:
        """Count the rows of `block` that hold no score, among the users that `who` does serve."""
        silent = int(np.count_nonzero(unscored(block) & served))
        with self._alone:
            self.asked[who] += int(np.count_nonzero(served))
            self.silent[who] += silent

    def served_by_fallback(self, users: int) -> None:
        with self._alone:
            self.fallback += users

    def counts(self) -> dict[str, Any]:
        """What was counted, to be kept; see `add`."""
        return {"asked": dict(self.asked), "silent": dict(self.silent), "fallback": self.fallback}

    def add(self, counts: Mapping[str, Any]) -> None:
        """Count what was counted for other users too."""
        self.asked.update(counts["asked"])
        self.silent.update(counts["silent"])
        self.fallback += counts["fallback"]

    def notices(self, what: str = "users") -> list[str]:
        """A sentence for each part that was silent for a user it should serve, or whatever was counted."""
        return [
            f"{who} scored no item for {silent:,} of the {self.asked[who]:,} {what} that it should serve"
            + ("; nothing in the results comes from it" if silent == self.asked[who] else "")
            for who, silent in self.silent.items()
            if silent
        ]


def listen(
    silence: Silence,
    branches: Sequence[FittedBranch],
    fuser: Any,
    query: Query,
    scores: Mapping[str, NDArray[np.float32]],
    block: NDArray[np.float32],
) -> None:
    """Count the users for whom a branch, or the fuser of their scores to `block`, scored nothing."""
    for branch in branches:
        silence.heard(f"branch {branch.name!r}", scores[branch.name], branch.serves(query))
    if fuser is not None:
        spoken = ~np.logical_and.reduce([unscored(own) for own in scores.values()])
        silence.heard(f"fuser {fuser.name!r}", block, spoken)
