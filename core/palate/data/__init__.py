"""Typed arrays and polars frames: what flows between components."""

from palate.data.change import Added, change
from palate.data.dataset import PARTS, Dataset
from palate.data.fold import Fold
from palate.data.history import History
from palate.data.items import Items
from palate.data.query import Query, Training
from palate.data.ranking import Ranking, Truth
from palate.data.validation import ValidationScores

__all__ = [
    "PARTS",
    "Added",
    "Dataset",
    "Fold",
    "History",
    "Items",
    "Query",
    "Ranking",
    "Training",
    "Truth",
    "ValidationScores",
    "change",
]
