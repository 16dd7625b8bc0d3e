"""A reader of texts that needs no model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Training


@dataclass(frozen=True)
class Letters:
    """Counts the letters of a text, each in one of a few columns, and stands for an encoder."""

    width: int = 8

    @property
    def middle(self) -> NDArray[np.float32]:
        """One of each."""
        return np.ones(self.width, np.float32)

    def placed(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same: there are no transforms."""
        return encoded

    def encoded(self, texts: Iterable[str] | pl.Series) -> NDArray[np.float32]:
        """float32[n, width], row i for texts[i]."""
        width = self.width
        rows = [np.bincount([ord(letter) % width for letter in text], minlength=width) for text in texts]
        return np.array(rows, np.float32).reshape(-1, width)


def with_letters(training: Training) -> Training:
    """The same with the texts of the items, and something to read others with."""
    width = 0 if training.vectors is None else training.vectors.shape[1]
    return replace(training, text=training.items.text, reader=Letters(width))  # type: ignore[arg-type]
