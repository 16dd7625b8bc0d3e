import numpy as np
import polars as pl
import pytest

from palate import Dataset


@pytest.fixture
def events():
    """A dataset from (user, item, time) triples, or (user, item) pairs."""

    def make(*rows, **more):
        names = ["user", "item", "time"][: len(rows[0])]
        frame = pl.DataFrame(rows, schema=names, orient="row")
        return Dataset.from_frames(frame.with_columns(**{k: pl.Series(v) for k, v in more.items()}))

    return make


@pytest.fixture
def crowd():
    """200 users with 1 to 40 events on 60 items, times with many ties."""
    rng = np.random.default_rng(3)
    counts = rng.integers(1, 41, 200)
    user = np.repeat(np.arange(200), counts)
    frame = pl.DataFrame(
        {
            "user": user,
            "item": rng.integers(0, 60, len(user)),
            "time": rng.integers(0, 300, len(user)),
        }
    )
    return frame.unique(["user", "item"], maintain_order=True)
