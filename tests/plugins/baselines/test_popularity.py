import numpy as np
import polars as pl

from palate import History, Items, Query, Training
from palate_baselines.popularity import Popularity


def training(lists, n_items):
    history = History.from_lists(lists, n_items)
    items = Items(pl.DataFrame({"id": range(n_items)}))
    return Training(history, items, pl.DataFrame({"id": range(len(lists))}))


def test_counts_each_person_once_and_knows_the_cold_item():
    fitted = Popularity().fit(training([[0, 0, 1], [1], [1, 2]], 4))
    nobody = Query(np.array([-1], np.int32), History.from_lists([[]], 4))
    assert fitted.score(nobody).tolist() == [[1.0, 3.0, 1.0, 0.0]]
