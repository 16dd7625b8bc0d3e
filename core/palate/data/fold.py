"""Which interactions train, which validate, which test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data.dataset import PARTS, Dataset
from palate.data.history import History
from palate.data.query import Query
from palate.data.ranking import Truth
from palate.errors import DataError

Part = Literal["validation", "test"]


@dataclass(frozen=True)
class Fold:
    """One split of a dataset: a label for each row of `dataset.interactions`.

    `part` (uint8) is one of `PARTS` a row: `train`, `validation`, `test`; `given`, the history of
    a person who is not in training, known only when they ask; `unused`.
    """

    part: NDArray[np.uint8]

    def rows(self, *parts: str) -> NDArray[np.bool_]:
        """Boolean mask of the interactions in any of these parts."""
        wanted = np.zeros(256, bool)
        wanted[[PARTS[part] for part in parts]] = True
        return wanted[self.part]

    def count(self, part: str) -> int:
        return int(np.count_nonzero(self.part == PARTS[part]))

    def people(self, dataset: Dataset, part: Part) -> NDArray[np.int32]:
        """The users (row numbers, ascending) who have something to be found in this part."""
        users = dataset.interactions["user"].to_numpy()[self.rows(part)]
        return np.flatnonzero(np.bincount(users, minlength=dataset.users.height)).astype(np.int32)

    def training(self, dataset: Dataset, part: Part = "test") -> History:
        """What a model that is judged on `part` may learn from, one row for every user.

        For `validation` that is `train`; for `test`, `train` and `validation`, and what the
        people of the validation part had given.
        """
        if part == "validation":
            return dataset.history(self.rows("train"))
        rows = self.rows("train", "validation")
        if self.count("given"):
            tested = np.zeros(dataset.users.height, bool)
            tested[self.people(dataset, "test")] = True
            rows |= self.rows("given") & ~tested[dataset.interactions["user"].to_numpy()]
        return dataset.history(rows)

    def seen(self, dataset: Dataset, part: Part = "test") -> History:
        """All that each user had done before they are asked, one row for every user."""
        return dataset.history(self.rows("train", "given", *(("validation",) if part == "test" else ())))

    def query(self, dataset: Dataset, part: Part, people: NDArray[np.int32] | None = None) -> Query:
        """The question put to a model judged on `part`: each person with all they had done before.

        A person without a training interaction has the id -1.
        """
        people = self.people(dataset, part) if people is None else people
        training = self.training(dataset, part)
        history = self.seen(dataset, part).take(people)
        known = training.counts[people] > 0
        return Query(np.where(known, people, -1).astype(np.int32), history)

    def truth(self, dataset: Dataset, part: Part, people: NDArray[np.int32] | None = None) -> Truth:
        """What those people went on to do in `part`, without what they had already met."""
        people = self.people(dataset, part) if people is None else people
        answers = dataset.history(self.rows(part)).take(people)
        seen = self.seen(dataset, part).take(people)
        training = self.training(dataset, part)
        trained = int(np.count_nonzero(training.counts))
        users = dataset.users[people]
        return Truth.of(answers, seen, training.popularity, trained, dataset.items, users)

    def check(self, dataset: Dataset) -> Fold:
        """The fold itself, or DataError where it leaves nothing to train on or nothing to test."""
        if len(self.part) != dataset.interactions.height:
            raise DataError(
                f"a fold needs one label an interaction: {dataset.interactions.height}, got {len(self.part)}"
            )
        for part in ("train", "test"):
            if not self.count(part):
                raise DataError(f"the split leaves no interactions in {part!r} (of {len(self.part)} in all)")
        return self

    def summary(self) -> dict[str, int]:
        """How many interactions are in each part."""
        return {part: self.count(part) for part in PARTS}

    @classmethod
    def everything(cls, dataset: Dataset) -> Fold:
        """All interactions in training: for a model that goes to work, not to a test."""
        return cls(np.zeros(dataset.interactions.height, np.uint8))

    @classmethod
    def from_masks(cls, n: int, **masks: NDArray[np.bool_]) -> Fold:
        """A fold of n interactions from boolean masks by part; the rest trains."""
        part = np.zeros(n, np.uint8)
        for name, mask in masks.items():
            part[mask] = PARTS[name]
        return cls(part)


def labels(column: pl.Series) -> NDArray[np.uint8]:
    """The numbers of `PARTS` for a column of their names. Raises DataError for another name."""
    unknown = sorted(set(column.unique().to_list()) - set(PARTS))
    if unknown:
        raise DataError(f"parts are called {list(PARTS)}; got {unknown}")
    return column.replace_strict(list(PARTS), list(PARTS.values()), return_dtype=pl.UInt8).to_numpy()
