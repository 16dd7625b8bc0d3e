"""A network that reads letters, and stands for a language model where objectives are checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from palate.components.text_model import TextModel

if TYPE_CHECKING:
    import torch


def letters_network(model: TextModel, vocabulary: int, width: int = 8) -> Any:
    """A `TextNetwork` whose token vectors are rows of a table of random numbers, always the same."""
    return _network()(model, vocabulary, width)


@cache
def _network() -> Any:
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self, model: TextModel, vocabulary: int, width: int) -> None:
            super().__init__()
            rng = np.random.default_rng(0)
            self.model, self.vocabulary = model, vocabulary
            self.table = nn.Parameter(
                torch.from_numpy(rng.normal(size=(vocabulary, width)).astype(np.float32))
            )

        def vectors(self, texts: Sequence[str]) -> torch.Tensor:
            numbers, mask = self.numbers(texts)
            share = self.model.weights(mask.numpy(), np.zeros(len(texts), np.int64))
            return torch.bmm(torch.from_numpy(share)[:, None], self.hidden(numbers, mask))[:, 0]

        def numbers(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
            rows, _ = self.model.tokens(texts)
            numbers = np.full((len(rows), max(map(len, rows))), self.model.padding, np.int64)
            for at, row in enumerate(rows):
                numbers[at, : len(row)] = row
            mask = np.arange(numbers.shape[1]) < np.array([len(row) for row in rows])[:, None]
            return torch.from_numpy(numbers), torch.from_numpy(mask.astype(np.int64))

        def hidden(self, numbers: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return self.table[numbers]

        def words(self, hidden: torch.Tensor) -> torch.Tensor:
            return hidden @ self.table.T

    return Network
