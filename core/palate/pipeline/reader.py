"""A branch's way from a text to a vector, for texts that are no item's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.paths import store_folder


@dataclass(frozen=True)
class Reader:
    """The encoder of a branch with its fitted transforms: a text comes out among the items.

    `key` is the encoder's in the store and `folder` where the vectors of texts are kept; where that
    folder is gone they are kept in the user's own store. `middle` float32[w] is the mean of what
    the encoder gives for the items in training.
    """

    encoder: Any
    key: str
    transforms: tuple[Any, ...] = ()
    folder: str = ""
    middle: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "_alone", Lock())

    @property
    def kept(self) -> Path:
        """Where vectors of texts are kept."""
        folder = Path(self.folder)
        return folder if self.folder and folder.is_dir() else store_folder() / "texts"

    def encoded(self, texts: Sequence[str] | pl.Series) -> NDArray[np.float32]:
        """float32[n, w], row i for texts[i], as the encoder gives it; what was read before is not again.

        One thread reads at a time.
        """
        from palate.store.texts import TextVectors

        with self._alone:  # type: ignore[attr-defined]
            return TextVectors(self.kept).encode(texts, self.encoder, self.key).vectors

    def placed(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[n, d] from float32[n, w]: after the transforms, among the items."""
        for transform in self.transforms:
            encoded = transform.apply(encoded)
        return encoded

    def vectors(self, texts: Sequence[str] | pl.Series) -> NDArray[np.float32]:
        """float32[n, d], row i for texts[i], among the items."""
        return self.placed(self.encoded(texts))
