"""What the rankings of a run were judged against, kept so that others can be judged the same way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import PARTS, Dataset, Fold, History, Items, Truth
from palate.errors import StoreError

FOLDER = "judged"


@dataclass(frozen=True)
class GroundTruth:
    """The people of the test part and what was right for them.

    `people` has one row a person, `id` and attributes, in the order of `truth`, whose numbers of
    items are rows of `items`. `known` (bool[n]) says who was in training, `history` what each had
    met before being asked.
    """

    people: pl.DataFrame
    known: NDArray[np.bool_]
    truth: Truth
    history: History
    items: Items

    def __len__(self) -> int:
        return self.people.height

    @classmethod
    def of(cls, dataset: Dataset, fold: Fold) -> GroundTruth:
        """Everyone with something in the test part, as the steps of a plan ask about them."""
        rows = fold.people(dataset, "test")
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
                f"{folder.parent} does not say what its rankings were judged against; run its recipe again"
            )
        found = unpack(folder)
        if not isinstance(found, cls):
            raise StoreError(f"{folder} holds a {type(found).__name__}, not what a run was judged against")
        return found


def periods(dataset: Dataset, fold: Fold) -> dict[str, object]:
    """When the events of each part happened: `first` and `last` (seconds since 1970) by part.

    `trained_later` counts the events a model learned from that happened after the first event of
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
