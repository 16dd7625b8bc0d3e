"""Vectors put where their texts stand, while they come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError, StoreError
from palate.store import mapped

HELD = 2**25  # bytes written before the memory behind a large result is let go


@dataclass
class Filling:
    """The result on its way, float32[length, d]: d is known once the first vectors are.

    `first` has the place of each different text. A large result is kept in a file in `folder`.
    """

    encoder: str
    length: int
    first: NDArray[np.intp]
    folder: Path
    vectors: NDArray[np.float32] | None = None
    held: int = 0

    def put(
        self, places: NDArray[np.intp], vectors: NDArray[np.float32], rows: NDArray[np.intp] | None = None
    ) -> None:
        """Write vectors (or those rows of them) where each different text stands first."""
        if self.vectors is None:
            self.vectors = self._empty(vectors.shape[1])
        if vectors.shape[1] != self.vectors.shape[1]:
            raise ComponentError(
                f"encoder {self.encoder!r} must always give vectors of one length; "
                f"it gave {self.vectors.shape[1]} numbers before and {vectors.shape[1]} now"
            )
        self.vectors[self.first[places]] = vectors if rows is None else vectors[rows]
        self._count(len(places))

    def result(self, inverse: NDArray[np.intp]) -> NDArray[np.float32]:
        """All rows, those of repeated texts copied from the first."""
        if self.vectors is None:
            if not self.length:
                return np.zeros((0, 0), np.float32)
            raise ComponentError(f"encoder {self.encoder!r} has nothing to encode: every text is empty")
        source = self.first[inverse.reshape(-1)]
        again = np.flatnonzero(source != np.arange(self.length))
        step = max(1, HELD // (4 * self.vectors.shape[1]))
        for start in range(0, len(again), step):
            rows = again[start : start + step]
            self.vectors[rows] = self.vectors[source[rows]]
            self._count(2 * len(rows))
        mapped.release(self.vectors)
        return self.vectors

    def _empty(self, width: int) -> NDArray[np.float32]:
        try:
            return mapped.zeros((self.length, width), self.folder)
        except OSError as error:
            size = 4e-9 * self.length * width
            raise StoreError(
                f"{self.length:,} vectors of {width} numbers need {size:.1f} GB in {self.folder}: "
                f"{error.strerror or error}; make room or name another store with --store or PALATE_STORE"
            ) from error

    def _count(self, rows: int) -> None:
        if self.vectors is not None:
            self.held += max(4096, 4 * self.vectors.shape[1]) * rows
            if self.held > HELD:
                mapped.release(self.vectors)
                self.held = 0
