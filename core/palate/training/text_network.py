"""What an objective may ask of the language model that is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch


class TextNetwork(Protocol):
    """A torch module that reads texts as the encoder will. `vocabulary` is how many tokens there are."""

    vocabulary: int

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """float32[n, d]: the vector of each text, as the encoder pools it."""
        ...

    def numbers(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """int64[n, t]: the tokens of each text, padded on the right, and the mask with 1 for each token."""
        ...

    def hidden(self, numbers: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """float[n, t, d]: the vector of each token."""
        ...

    def words(self, hidden: torch.Tensor) -> torch.Tensor:
        """float[m, vocabulary]: the score of each word where float[m, d] are vectors of tokens."""
        ...
