"""Taking rows out, or keeping them as no more than seen, with a word where none are left."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Dataset
from palate.errors import DataError


def kept(dataset: Dataset, mask: NDArray[np.bool_], cleaner: str) -> Dataset:
    """The dataset with only these interactions. Raises DataError where there are none."""
    if mask.all():
        return dataset
    if not mask.any():
        raise emptied(cleaner, dataset)
    return dataset.with_interactions(dataset.interactions.filter(pl.Series(mask)))


def liked_only(dataset: Dataset, mask: NDArray[np.bool_], cleaner: str) -> Dataset:
    """The dataset in which only these interactions may be likes; the others were seen.

    Raises DataError where no like is left.
    """
    if mask.all():
        return dataset
    if not (mask & dataset.likes).any():
        raise emptied(cleaner, dataset)
    return dataset.seen_only(~mask)


def emptied(cleaner: str, dataset: Dataset, why: str = "") -> DataError:
    """That a cleaner left nothing, and of how many rows."""
    return DataError(f"cleaner {cleaner!r} leaves none of {dataset.interactions.height:,} interactions{why}")


def ratings(dataset: Dataset, cleaner: str) -> NDArray[Any]:
    """The rating of each interaction, NaN where missing. Raises DataError where the source has none."""
    if not dataset.has_ratings:
        raise DataError(f"cleaner {cleaner!r} needs ratings, and the source has none")
    return dataset.interactions["rating"].to_numpy()


def times(dataset: Dataset, cleaner: str) -> NDArray[Any]:
    """The time of each interaction. Raises DataError where the source has none."""
    if not dataset.has_times:
        raise DataError(f"cleaner {cleaner!r} needs timestamps, and the source has none")
    return dataset.interactions["time"].to_numpy()
