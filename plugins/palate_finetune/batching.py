"""Examples in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray


def in_batches(examples: NDArray[Any], size: int, least: int = 1) -> Iterator[NDArray[Any]]:
    """The examples, `size` at a time in their order.

    A rest of fewer than `least` is left out, since so few say nothing of one another, unless it is all.
    """
    for start in range(0, len(examples), size):
        if start == 0 or len(examples) - start >= least:
            yield examples[start : start + size]
