import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Ranking, Training, Truth
from palate.errors import ComponentError
from palate.registry import installed
from palate_reranking.calibrated import Calibrated

GENRES = [["a"], ["a"], ["b"], ["b"], ["a", "b"], []]


def training(genres=GENRES):
    items = Items(pl.DataFrame({"id": range(len(genres)), "genres": genres}))
    return Training(History.from_lists([[0]], len(genres)), items, pl.DataFrame({"id": [0]}))


def rerank(reranker, histories, items, scores, wanted=None, n_items=6):
    query = Query(np.full(len(items), -1, np.int32), History.from_lists(histories, n_items))
    ranking = Ranking(query.users, np.array(items, np.int32), np.array(scores, np.float32), wanted)
    return reranker.rerank(query, ranking)


def test_a_user_of_one_genre_gets_that_genre_first():
    fitted = Calibrated(strength=0.9).fit(training())
    found = rerank(fitted, [[0], [2]], [[1, 3, 4]] * 2, [[3, 2, 1]] * 2)
    assert found.items.tolist() == [[1, 4, 3], [3, 4, 1]]


def test_the_second_choice_by_hand():
    # The past is half a, half b. Relevance 1, .9, .1. After an `a` item: another leaves b at .01 / 2 of the
    # mix, so the divergence is .5 ln(.5 / .995) + .5 ln(.5 / .005) = 1.958; item 2 makes it 0.
    fitted = Calibrated(strength=0.3).fit(training())
    # Gains .7 * .9 - .3 * 1.958 = .043 against .7 * .1 = .07.
    assert rerank(fitted, [[4]], [[0, 1, 2, 5]], [[10, 9, 1, 0]], 2).items.tolist() == [[0, 2, 1, 5]]
    # With .25: .675 - .490 = .186 against .075.
    weak = Calibrated(strength=0.25).fit(training())
    assert rerank(weak, [[4]], [[0, 1, 2, 5]], [[10, 9, 1, 0]], 2).items.tolist() == [[0, 1, 2, 5]]


def test_a_user_without_a_past_or_values_in_it_keeps_their_ranking():
    fitted = Calibrated(strength=1.0).fit(training())
    found = rerank(fitted, [[], [5]], [[1, 3, 4]] * 2, [[3, 2, 1]] * 2)
    assert found.items.tolist() == [[1, 3, 4]] * 2


def test_no_strength_changes_nothing():
    fitted = Calibrated(strength=0).fit(training())
    assert rerank(fitted, [[2]], [[0, 1, 2]], [[3, 2, 1]]).items.tolist() == [[0, 1, 2]]


def test_items_without_the_attribute_are_said():
    items = Items(pl.DataFrame({"id": [0], "kind": ["x"]}))
    with pytest.raises(
        ComponentError, match="'calibrated' needs items with the attribute 'genres'; they have kind"
    ):
        Calibrated().fit(Training(History.from_lists([[0]], 1), items, pl.DataFrame({"id": [0]})))


def test_it_lowers_what_the_metric_calibration_measures():
    rng = np.random.default_rng(1)
    genres = [[("a", "b", "c", "d")[number]] for number in rng.integers(0, 4, 120)]
    known = training(genres)
    history = History.from_lists([rng.integers(0, 120, 5).tolist() for _ in range(40)], 120)
    items = np.array([rng.permutation(120)[:50] for _ in range(40)], np.int32)
    ranking = Ranking(
        np.full(40, -1, np.int32), items, -np.sort(-rng.random((40, 50)), 1).astype(np.float32), 10
    )
    truth = Truth(
        np.arange(41), np.zeros(40, np.int32), 120, np.ones(120, np.int64), history=history, items=known.items
    )
    metric = installed().find("metric", "calibration").make({"k": 10})
    after = Calibrated(strength=0.5).fit(known).rerank(Query(ranking.users, history), ranking)
    assert np.nanmean(metric.score(after, truth)) < 0.5 * np.nanmean(metric.score(ranking, truth))
