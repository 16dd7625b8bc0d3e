"""The encoder `plugin-name` for palate."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate import hookimpl


@dataclass
class PluginName:
    """Counts of a text's words, dealt out over a fixed number of places."""

    name: ClassVar[str] = "plugin-name"

    dimensions: Annotated[int, Gt(0)] = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32[n, dimensions]; row i belongs to texts[i], whatever the other texts are."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimensions] += 1
        return vectors


@hookimpl
def register_encoders() -> list[type]:
    return [PluginName]
