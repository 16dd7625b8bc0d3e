"""Masked language modelling on items and on what users liked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.data import Training
from palate.errors import ComponentError
from palate_finetune.batching import in_batches
from palate_finetune.documents import documents, enough
from palate_finetune.pairs import texts_of


@dataclass
class MaskedWords:
    """Hidden words are predicted from those around them: masked language modelling.

    Devlin et al. (2019), "BERT: Pre-training of deep bidirectional transformers for language understanding".
    Of the words that are to be predicted, 80% are replaced by the mask, 10% by any word, and 10% stay.
    """

    name: ClassVar[str] = "masked-words"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    weight: Annotated[float, Gt(0)] = 1.0
    """How much this objective counts beside others."""
    batch: Annotated[int, Ge(1)] = 16
    """Texts in a step."""
    share: Annotated[float, Gt(0), Le(0.9)] = 0.15
    """The share of words that are to be predicted."""
    over: Literal["histories", "items"] = "histories"
    """Texts of what users liked, in its order, or of single items."""
    events: Annotated[int, Ge(2)] = 10
    """How many items a text has, of histories."""
    separator: str = "; "
    """What stands between the texts of two items."""

    documents_: NDArray[Any] = field(init=False, repr=False, compare=False)
    mask_: int = field(init=False, repr=False, compare=False)
    special_: frozenset[int] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> MaskedWords:
        """Write the texts. Raises ComponentError for a model without a mask, and where there are too few
        texts.
        """
        if model.mask is None:
            raise ComponentError(
                f"objective {self.name!r}: {model.folder.name!r} has no token for a hidden word; for a "
                "decoder take next-word"
            )
        self.mask_, self.special_ = model.mask, model.special
        texts = texts_of(training)
        if self.over == "items":
            self.documents_ = texts[texts != ""]
        else:
            self.documents_ = documents(training, texts, self.events, self.separator)
        enough(self.documents_, self.name, "texts")
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n] each: the numbers of texts."""
        return in_batches(rng.permutation(len(self.documents_)), self.batch)

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """The mean cross entropy of the hidden words."""
        import torch
        from torch.nn import functional

        numbers, mask = network.numbers(list(self.documents_[batch]))
        special = torch.tensor(sorted(self.special_), device=numbers.device)
        able = (mask > 0) & ~torch.isin(numbers, special)
        chosen = able & (torch.rand(numbers.shape, device=numbers.device) < self.share)
        if not chosen.any():  # short texts may have none by chance
            first = able.flatten().nonzero()[:1]
            chosen.view(-1)[first] = True
        if not chosen.any():
            return network.vectors([self.documents_[batch[0]]]).sum() * 0
        fate = torch.rand(numbers.shape, device=numbers.device)
        given = torch.where(chosen & (fate < 0.8), torch.full_like(numbers, self.mask_), numbers)
        given = torch.where(chosen & (fate >= 0.9), torch.randint_like(numbers, network.vocabulary), given)
        hidden = network.hidden(given, mask)
        return functional.cross_entropy(network.words(hidden[chosen]).float(), numbers[chosen])
