"""Ids that are whole numbers, looked up by the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

SPARSE = 8  # a table has at most so many places for each id


@dataclass(frozen=True, eq=False)
class Numbered:
    """The row number of each id, in a table `rows` (int32) of all numbers from `first` on; -1 for no id.

    Many ids are found in it in less time than a few are in a dict.
    """

    first: int
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, ids: Sequence[Any]) -> Self | None:
        """For these ids, each once; None where some are no whole numbers, or few of many numbers are ids."""
        numbers = _numbers(ids)
        if numbers is None:
            return None
        first, last = int(numbers.min()), int(numbers.max())
        if last - first >= SPARSE * len(numbers):
            return None
        rows = np.full(last - first + 1, -1, np.int32)
        rows[numbers - first] = np.arange(len(numbers), dtype=np.int32)
        return cls(first, rows)

    def rows_of(self, ids: Sequence[Any]) -> NDArray[np.int32] | None:
        """int32: the row numbers of these ids; None where some are no whole numbers, or no ids."""
        numbers = _numbers(ids)
        if numbers is None:
            return None
        at = numbers - self.first  # wraps around for what is far away, to what is no place either
        if np.maximum.reduce(at.view(np.uint64)) >= len(self.rows):
            return None
        found = self.rows[at]
        return None if np.count_nonzero(found < 0) else found


def _numbers(ids: Sequence[Any]) -> NDArray[np.int64] | None:
    """int64: the ids, one or more, where all are whole numbers of 64 bits."""
    if not ids or type(ids[0]) is not int:
        return None
    numbers = np.array(ids)
    return numbers if numbers.dtype == np.int64 else None
