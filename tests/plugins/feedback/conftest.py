import polars as pl
import pytest

from palate.data import Dataset


@pytest.fixture
def events():
    """A dataset with one row an event of user 1, each of another item, and these columns."""

    def make(**columns):
        n = len(next(iter(columns.values())))
        frame = pl.DataFrame({"user": [1] * n, "item": range(n), "time": range(n), **columns}, strict=False)
        return Dataset.from_frames(frame)

    return make


@pytest.fixture
def strengths():
    """How strongly each event speaks for its item, in the order of the events."""
    return lambda dataset: [round(value, 6) for value in dataset.interactions["strength"]]
