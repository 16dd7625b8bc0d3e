"""A user's history as one document against the next item's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training
from palate_finetune.batching import in_batches
from palate_finetune.documents import document, enough
from palate_finetune.in_batch import in_batch_loss, no_negatives
from palate_finetune.pairs import capped, texts_of


@dataclass
class UserItem:
    """A user's last liked items as one document get a vector close to that of the item liked next.

    The next items of other users in the batch are negatives, unless the user liked them or the text is the
    same. It goes with the aggregator `document`, which reads a history so.
    """

    name: ClassVar[str] = "user-item"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    weight: Annotated[float, Gt(0)] = 1.0
    """How much this objective counts beside others."""
    batch: Annotated[int, Ge(2)] = 32
    """Users in a step."""
    temperature: Annotated[float, Gt(0)] = 0.05
    """Cosines are divided by it: the lower, the more the nearest negatives count."""
    events: Annotated[int, Ge(1)] = 10
    """How many of a user's last items the document has."""
    separator: str = "; "
    """What stands between the texts of two items."""
    cap: Annotated[int, Ge(1)] = 20
    """How often an item is the next one, at most, in one epoch."""

    history_: Any = field(init=False, repr=False, compare=False)
    texts_: NDArray[Any] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> UserItem:
        """Find the events that have one before. Raises ComponentError where there are too few."""
        self.history_, self.texts_ = training.history, texts_of(training)
        enough(self._events(), self.name, "events with another of the same user before")
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n, 1] each: the place of the next item among all events."""
        found = rng.permutation(self._events())
        found = found[capped(self.history_.items[found].astype(np.int64), self.cap)]
        return in_batches(found[:, None], self.batch, 2)  # one user alone has no negatives

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """From documents to items."""
        places = batch[:, 0]
        users, items = self.history_.owners[places].astype(np.int64), self.history_.items[places]
        starts = np.maximum(self.history_.indptr[users], places - self.events)
        texts = self.texts_[self.history_.items]
        read = [document(texts[start:end], self.separator) for start, end in zip(starts, places, strict=True)]
        vectors = network.vectors([*read, *self.texts_[items]])
        wrong = no_negatives(users, items.astype(np.int64), self.texts_, self.history_.matrix)
        return in_batch_loss(vectors[: len(read)], vectors[len(read) :], wrong, self.temperature, both=False)

    def _events(self) -> NDArray[np.int64]:
        """int64[n]: places of events of items with a text, behind others of the user with a text."""
        history = self.history_
        places, there = np.arange(len(history.items)), self.texts_[history.items] != ""
        before = np.r_[0, np.cumsum(there)]
        starts = np.maximum(history.indptr[history.owners], places - self.events)
        return places[there & (before[places] > before[starts])]
