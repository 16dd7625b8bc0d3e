"""Text vectors toward what a collaborative teacher says of the items."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.components.nested import Nested
from palate.components.text_model import TextModel
from palate.data import History, Query, Training
from palate_finetune.batching import in_batches
from palate_finetune.documents import enough
from palate_finetune.pairs import texts_of


@dataclass
class Distil:
    """Cosines of texts become what a collaborative teacher scores one item by after the other alone.

    Within a batch, the softmax of the cosines of an item's text with the others is trained toward the softmax
    of the teacher's standardised scores, as a student's answers toward a teacher's (Hinton et al. 2015,
    "Distilling the knowledge in a neural network"); of an item without events only the text is needed later.
    """

    name: ClassVar[str] = "distil"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    teacher: Annotated[Any, Nested("ranker")]
    """A ranker that scores from histories and needs no vectors, such as `ease` or `als`."""
    weight: Annotated[float, Gt(0)] = 1.0
    """How much this objective counts beside others."""
    batch: Annotated[int, Ge(4)] = 64
    """Items in a step."""
    temperature: Annotated[float, Gt(0)] = 0.05
    """Cosines of texts are divided by it."""
    softness: Annotated[float, Gt(0)] = 0.5
    """The teacher's scores, of deviation 1, are divided by it: the lower, the more only the best count."""

    teacher_: Any = field(init=False, repr=False, compare=False)
    texts_: NDArray[Any] = field(init=False, repr=False, compare=False)
    items_: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> Distil:
        """Fit the teacher. Raises ComponentError where too few items have events and a text."""
        self.texts_ = texts_of(training)
        self.items_ = np.flatnonzero((training.history.popularity > 0) & (self.texts_ != ""))
        enough(self.items_, self.name, "items with events and a text")
        self.teacher_ = deepcopy(self.teacher).fit(training)
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n] each: items."""
        return in_batches(rng.permutation(self.items_), self.batch, 3)

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """The cross entropy of the cosines' softmax with the teacher's."""
        import torch
        from torch.nn import functional

        wanted = torch.from_numpy(self._wanted(batch))
        vectors = functional.normalize(network.vectors(list(self.texts_[batch])).float(), dim=1)
        scores = vectors @ vectors.T / self.temperature
        scores = scores.masked_fill(torch.eye(len(batch), dtype=torch.bool, device=scores.device), -1e9)
        return -(wanted.to(scores.device) * scores.log_softmax(1)).sum(1).mean()

    def _wanted(self, batch: NDArray[np.int64]) -> NDArray[np.float32]:
        """float32[n, n], rows that sum to 1, 0 for an item with itself."""
        items = batch.astype(np.int32)
        history = History(np.arange(len(items) + 1, dtype=np.int64), items, len(self.texts_))
        scores = self.teacher_.score(Query(np.full(len(items), -1, np.int32), history))[:, items]
        scores = np.nan_to_num(scores.astype(np.float64), nan=0.0)
        np.fill_diagonal(scores, np.nan)
        deviation = np.nanstd(scores, axis=1, keepdims=True)
        scores = (scores - np.nanmean(scores, axis=1, keepdims=True)) / np.maximum(deviation, 1e-9)
        shares = np.exp(np.where(np.isnan(scores), -np.inf, scores / self.softness))
        return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
