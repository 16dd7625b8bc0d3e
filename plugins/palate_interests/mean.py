"""The mean of a user's items, all weighing the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from palate.data import History
from palate_interests.items_once import MeanOfItems

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class Mean(MeanOfItems):
    """Mean of the vectors of a user's items, each counted once."""

    name: ClassVar[str] = "mean"

    def _weights(self, history: History) -> sp.csr_array:
        return history.matrix

    def _weight(self, item: int, rating: float | None) -> float:
        return 1.0
