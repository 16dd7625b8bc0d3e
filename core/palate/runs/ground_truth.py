"""What the rankings of a run were evaluated against, kept so that others can be evaluated the same way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import PARTS, Dataset, Fold, History, Items, Truth
from palate.data.questions import Questions
from palate.errors import StoreError

FOLDER = "ground_truth"


@dataclass(frozen=True)
class GroundTruth:
    """The users of the test part and their relevant items.

    `users` has one row for each user, `id` and attributes, in the order of `truth`, whose numbers of
    items are rows of `items`. `known` (bool[n]) says who was in training, `history` what each had
    liked before. Of a run that asks for each event it is about the first question of each user.
    """

    users: pl.DataFrame
    known: NDArray[np.bool_]
    truth: Truth
    history: History
    items: Items

    def __len__(self) -> int:
        return self.users.height

    @classmethod
    def of(cls, dataset: Dataset, fold: Fold, each_event: bool = False) -> GroundTruth:
        """Every user with relevant items in the test part, as the steps of a plan rank for them."""
        if each_event:
            questions = Questions.of(dataset, fold, "test")
            query, truth = questions.query(questions.first), questions.truth(questions.first)
            about = dataset.users[questions.users[questions.first]]
            return cls(about, query.users >= 0, truth, query.history, dataset.items)
        rows = fold.users(dataset, "test")
        query, truth = fold.query(dataset, "test", rows), fold.truth(dataset, "test", rows)
        return cls(dataset.users[rows], query.users >= 0, truth, query.history, dataset.items)

    def save(self, folder: Path) -> None:
        from palate.store.codec import pack

        folder.mkdir()
        pack(self, folder)

    @classmethod
    def load(cls, folder: Path) -> GroundTruth:
        """What `save` kept. Raises StoreError for a run of a palate that did not keep it."""
        from palate.store.codec import TREE, unpack

        if not (folder / TREE).is_file():
            raise StoreError(
                f"{folder.parent} does not say what its rankings were evaluated against; run its recipe again"
            )
        found = unpack(folder)
        if not isinstance(found, cls):
            raise StoreError(f"{folder} holds a {type(found).__name__}, not what a run was evaluated against")
        return found


def periods(dataset: Dataset, fold: Fold) -> dict[str, object]:
    """When the events of each part happened: `first` and `last` (seconds since 1970) by part.

    `trained_later` counts the events a model was fitted on that happened after the first event of
    the test part. Empty where the source has no times.
    """
    if not dataset.has_times:
        return {}
    time = dataset.interactions["time"].to_numpy()
    spans = {
        part: [int(time[rows].min()), int(time[rows].max())]
        for part in PARTS
        if (rows := fold.rows(part)).any()
    }
    learned = fold.rows("train", "validation")
    later = int(np.count_nonzero(time[learned] > spans["test"][0]))
    return {"spans": spans, "learned": int(np.count_nonzero(learned)), "trained_later": later}
