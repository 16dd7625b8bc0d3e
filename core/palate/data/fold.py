"""Which interactions train, which validate, which test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.read_only import freeze
from palate.data.dataset import PARTS, Dataset
from palate.data.history import History
from palate.data.query import Query
from palate.data.ranking import Truth
from palate.data.strengths import opinions
from palate.errors import DataError

Part = Literal["validation", "test"]
Repeats = Literal["discover", "allow"]


class Behaviour(NamedTuple):
    """What users did by what it says: likes, dislikes (strengths above 0), and every event.

    The last two are None where every event is a like.
    """

    history: History
    disliked: History | None = None
    seen: History | None = None

    def take(self, users: NDArray[np.int32]) -> Behaviour:
        """Only these users' (row numbers)."""
        return Behaviour(*(None if part is None else part.take(users) for part in self))  # type: ignore[arg-type]

    @classmethod
    def of(cls, seen: History) -> Behaviour:
        """Every event of each user, told apart by its strength; all are likes where there are none.

        Where a user's events with one item speak both ways, what they come to decides.
        """
        if seen.strengths is None:
            return cls(seen)
        everything = np.ones(len(seen.items), bool)
        said = opinions(seen.owners, seen.items, seen.strengths, everything, seen.n_items, seen.pairs)
        against = said < 0
        disliked = replace(seen.only(against), strengths=-seen.strengths[against])
        return cls(seen.only(said > 0), disliked, seen)


@dataclass(frozen=True)
class Fold:
    """One split of a dataset: a label for each row of `dataset.interactions`.

    `part` (uint8) is one of `PARTS` a row: `train`, `validation`, `test`; `given`, the history of a user
    who is not in training, known only when they ask; `unused`; `seen`, which is not fitted on and only
    masked.

    With `repeats="discover"` an item that a user has seen before is masked, and no relevant item; with
    "allow" it is as relevant as any, and nothing is masked.
    """

    part: NDArray[np.uint8]
    repeats: Repeats = "discover"

    def __post_init__(self) -> None:
        freeze(self, "part")

    def rows(self, *parts: str) -> NDArray[np.bool_]:
        """Boolean mask of the interactions in any of these parts."""
        wanted = np.zeros(256, bool)
        wanted[[PARTS[part] for part in parts]] = True
        return wanted[self.part]

    def count(self, part: str) -> int:
        return int(np.count_nonzero(self.part == PARTS[part]))

    def users(self, dataset: Dataset, part: Part) -> NDArray[np.int32]:
        """The users (row numbers, ascending) who have something to be found in this part: a like."""
        users = dataset.interactions["user"].to_numpy()[self.likes(dataset, self.rows(part))]
        return np.flatnonzero(np.bincount(users, minlength=dataset.users.height)).astype(np.int32)

    def likes(self, dataset: Dataset, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of the interactions `rows` (a boolean mask) those that speak for their items."""
        return _opinions(dataset, rows) > 0 if dataset.has_strengths else rows

    def training(self, dataset: Dataset, part: Part = "test") -> History:
        """The likes that a model evaluated on `part` may be fitted on, one row for every user.

        For `validation` they are among `train`; for `test`, among `train` and `validation`, and what
        the users of the validation part had given.
        """
        return dataset.history(self.likes(dataset, self.fitting(dataset, part)))

    def fitted_on(self, dataset: Dataset, part: Part = "test") -> Behaviour:
        """All that such a model may know: likes, dislikes, and whatever was seen."""
        return self._behaviour(dataset, self.fitting(dataset, part))

    def asked(self, dataset: Dataset, part: Part = "test") -> Behaviour:
        """What is known of every user when they are asked: likes, dislikes, and whatever was seen."""
        return self._behaviour(dataset, self.before(part))

    def _behaviour(self, dataset: Dataset, rows: NDArray[np.bool_]) -> Behaviour:
        if not dataset.has_strengths:
            return Behaviour(dataset.history(rows))
        said = _opinions(dataset, rows)
        against = dataset.history(said < 0)
        if against.strengths is not None:
            against = replace(against, strengths=-against.strengths)
        return Behaviour(dataset.history(said > 0), against, dataset.history(rows))

    def fitting(self, dataset: Dataset, part: Part = "test") -> NDArray[np.bool_]:
        """Boolean mask of the interactions, whatever they say, that a model evaluated on `part` may know."""
        if part == "validation":
            return self.rows("train")
        rows = self.rows("train", "validation")
        if self.count("given"):
            users = dataset.interactions["user"].to_numpy()
            tested = np.zeros(dataset.users.height, bool)
            tested[users[self.rows("test")]] = True
            rows |= self.rows("given") & ~tested[users]
        return rows

    def seen(self, dataset: Dataset, part: Part = "test") -> History:
        """Every event of each user before they are asked, whatever it says, one row for every user."""
        return dataset.history(self.before(part))

    def before(self, part: Part = "test") -> NDArray[np.bool_]:
        """Boolean mask of the interactions before users are asked."""
        return self.rows("train", "given", "seen", *(("validation",) if part == "test" else ()))

    def query(self, dataset: Dataset, part: Part, users: NDArray[np.int32] | None = None) -> Query:
        """The query put to a model evaluated on `part`: each user with all they had done before.

        A user without a like in training has the id -1.
        """
        users = self.users(dataset, part) if users is None else users
        fitted_on = self.likes(dataset, self.fitting(dataset, part))
        events = np.bincount(
            dataset.interactions["user"].to_numpy()[fitted_on], minlength=dataset.users.height
        )
        asked = self.asked(dataset, part).take(users)
        known_as = np.where(events[users] > 0, users, -1).astype(np.int32)
        return Query(known_as, asked.history, None, asked.disliked, asked.seen, users)

    def truth(self, dataset: Dataset, part: Part, users: NDArray[np.int32] | None = None) -> Truth:
        """What those users went on to like in `part`, without what they had seen unless repeats count."""
        users = self.users(dataset, part) if users is None else users
        answers = dataset.history(self.likes(dataset, self.rows(part))).take(users)
        seen = self.seen(dataset, part).take(users)
        training = self.training(dataset, part)
        trained = int(np.count_nonzero(training.counts))
        about = dataset.users[users]
        masks = self.repeats == "discover"
        return Truth.of(answers, seen, training.popularity, trained, dataset.items, about, masks)

    def check(self, dataset: Dataset) -> Fold:
        """The fold itself, or DataError where it leaves nothing to train on or nothing to test."""
        if len(self.part) != dataset.interactions.height:
            raise DataError(
                f"a fold needs one label an interaction: {dataset.interactions.height}, got {len(self.part)}"
            )
        for part in ("train", "test"):
            if not self.count(part):
                helps = "a larger share of them to test" if part == "test" else "a smaller share to test"
                raise DataError(
                    f"the split leaves no interactions in {part!r} (of {len(self.part)} in all): "
                    f"take {helps}, another split, or more data"
                )
        return self

    def summary(self) -> dict[str, int]:
        """How many interactions are in each part."""
        return {part: count for part in PARTS if (count := self.count(part)) or part != "seen"}

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


def _opinions(dataset: Dataset, rows: NDArray[np.bool_]) -> NDArray[np.int8]:
    """What each of these interactions of a dataset with strengths says; see `palate.data.strengths`."""
    user, item, strength = (dataset.interactions[name].to_numpy() for name in ("user", "item", "strength"))
    return opinions(user, item, strength, rows, len(dataset.items), dataset.pairs)


def labels(column: pl.Series) -> NDArray[np.uint8]:
    """The numbers of `PARTS` for a column of their names. Raises DataError for another name."""
    unknown = sorted(set(column.unique().to_list()) - set(PARTS))
    if unknown:
        raise DataError(f"parts are called {list(PARTS)}; got {unknown}")
    return column.replace_strict(list(PARTS), list(PARTS.values()), return_dtype=pl.UInt8).to_numpy()
