"""The real MovieLens 100k, where it has been downloaded already; known figures of GroupLens' README."""

import numpy as np
import pytest

from palate_movielens import grouplens, package
from palate_movielens.source import MovieLens


@pytest.mark.skipif(
    package.cached() is None and grouplens.cached("100k") is None,
    reason="MovieLens 100k is not in the cache folder",
)
def test_100k_has_the_people_films_and_ratings_that_grouplens_counts():
    dataset = MovieLens().load()
    assert (dataset.users.height, len(dataset.items), dataset.interactions.height) == (943, 1682, 100_000)
    popularity = dataset.history().popularity
    most = int(np.argmax(popularity))
    assert (dataset.items.titles[most], int(popularity[most])) == ("Star Wars (1977)", 583)
    assert dataset.interactions["rating"].value_counts().sort("rating")["count"].to_list() == [
        6110,
        11370,
        27145,
        34174,
        21201,
    ]
    assert dataset.history().counts.min() == 20
