"""Causal language modelling on what users liked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training
from palate.errors import ComponentError
from palate_finetune.batching import in_batches
from palate_finetune.documents import documents, enough
from palate_finetune.pairs import texts_of


@dataclass
class NextWord:
    """Each word of what a user liked, in its order, is predicted from those before it, as a GPT is trained.

    Radford et al. (2018), "Improving Language Understanding by Generative Pre-Training".
    """

    name: ClassVar[str] = "next-word"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    weight: Annotated[float, Gt(0)] = 1.0
    """How much this objective counts beside others."""
    batch: Annotated[int, Ge(1)] = 8
    """Texts in a step."""
    events: Annotated[int, Ge(2)] = 10
    """How many items a text has."""
    separator: str = "; "
    """What stands between the texts of two items."""

    documents_: NDArray[Any] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> NextWord:
        """Write the texts. Raises ComponentError for an encoder model, and where there are too few texts."""
        if not model.decoder:
            raise ComponentError(
                f"objective {self.name!r}: every token of {model.folder.name!r} attends to those behind it, "
                "so the next word is no secret; for such a model take masked-words"
            )
        self.documents_ = documents(training, texts_of(training), self.events, self.separator)
        enough(self.documents_, self.name, "texts of users with two likes or more")
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n] each: the numbers of texts."""
        return in_batches(rng.permutation(len(self.documents_)), self.batch)

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """The mean cross entropy of all words but the first of each text."""
        from torch.nn import functional

        numbers, mask = network.numbers(list(self.documents_[batch]))
        there = mask[:, 1:] > 0
        hidden = network.hidden(numbers, mask)[:, :-1]
        return functional.cross_entropy(network.words(hidden[there]).float(), numbers[:, 1:][there])
