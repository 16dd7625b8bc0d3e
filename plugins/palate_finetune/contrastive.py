"""Texts of items that the same users liked, close together."""

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
from palate_finetune.in_batch import in_batch_loss, no_negatives
from palate_finetune.pairs import Pairs, texts_of


@dataclass
class Contrastive:
    """Texts of items that the same users liked get vectors close together, others apart.

    A batch has pairs of items liked by one user; the second of every other pair is a negative of the first
    (InfoNCE: van den Oord et al. 2018), unless the user liked it or its text is the same.
    """

    name: ClassVar[str] = "contrastive"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    weight: Annotated[float, Gt(0)] = 1.0
    """How much this objective counts beside others."""
    batch: Annotated[int, Ge(2)] = 64
    """Pairs in a step."""
    temperature: Annotated[float, Gt(0)] = 0.05
    """Cosines are divided by it: the lower, the more the nearest negatives count."""
    window: Annotated[int, Ge(1)] = 5
    """How many events apart in a user's history two items may be."""
    cap: Annotated[int, Ge(1)] = 20
    """The most pairs an item is in, in one epoch."""

    training_: Any = field(init=False, repr=False, compare=False)
    pairs_: Pairs = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> Contrastive:
        """Find the pairs. Raises ComponentError where there are too few."""
        self.training_ = training
        self.pairs_ = Pairs(training.history, texts_of(training), self.window, self.cap)
        self.pairs_.check(self.name)
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n, 3] each: user, item, another item of the user."""
        return in_batches(self.pairs_.drawn(rng), self.batch, 2)  # one pair alone has no negatives

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """The mean over both directions."""
        users, left, right = batch.T
        texts = self.pairs_.texts
        vectors = network.vectors([*texts[left], *texts[right]])
        wrong = no_negatives(users, right, texts, self.training_.history.matrix)
        other = no_negatives(users, left, texts, self.training_.history.matrix)
        wrong |= other.T | (texts[left][:, None] == texts[right][None, :])
        np.fill_diagonal(wrong, False)
        return in_batch_loss(vectors[: len(batch)], vectors[len(batch) :], wrong, self.temperature, both=True)
