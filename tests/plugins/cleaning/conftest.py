import polars as pl
import pytest

from palate import Dataset

NAMES = ("user", "item", "rating", "time")


@pytest.fixture
def events():
    """A dataset from (user, item, rating, time) rows, or shorter ones."""

    def make(*rows, **more):
        frame = pl.DataFrame(rows, schema=list(NAMES[: len(rows[0])]), orient="row")
        items = more.pop("catalogue", None)
        frame = frame.with_columns(**{name: pl.Series(values) for name, values in more.items()})
        return Dataset.from_frames(frame, None if items is None else pl.DataFrame({"id": items}))

    return make


@pytest.fixture
def rows():
    """The interactions of a dataset that count with their ids, in its order, or those seen only."""

    def show(dataset, seen=False):
        frame = dataset.interactions.filter(pl.Series(dataset.likes != seen)).drop("strength", strict=False)
        users, items = dataset.users["id"], dataset.items.ids
        return [(users[user], items[item], *rest) for user, item, *rest in frame.iter_rows()]

    return show
