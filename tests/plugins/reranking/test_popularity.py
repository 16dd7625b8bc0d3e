import numpy as np
import polars as pl

from palate import History, Items, Query, Ranking, Training
from palate_reranking.popularity import PopularityPenalty

LISTS = [[0], [0], [0, 1]]  # three users, one user, nobody


def rerank(reranker, items, scores):
    known = Training(
        History.from_lists(LISTS, 3), Items(pl.DataFrame({"id": range(3)})), pl.DataFrame({"id": range(3)})
    )
    query = Query(np.full(len(items), -1, np.int32), History.from_lists([[]] * len(items), 3))
    ranking = Ranking(query.users, np.array(items, np.int32), np.array(scores, np.float32))
    return reranker.fit(known).rerank(query, ranking)


def test_each_score_loses_what_the_items_popularity_is_worth():
    # Relevance 1, .5, 0; popularity log 4 / log 4, log 2 / log 4, 0.
    found = rerank(PopularityPenalty(penalty=0.8), [[0, 1, 2]], [[9, 6, 3]])
    np.testing.assert_allclose(found.scores, [[0.2, 0.1, 0.0]], atol=1e-6)
    assert found.items.tolist() == [[0, 1, 2]]
    found = rerank(PopularityPenalty(penalty=2), [[0, 1, 2]], [[9, 6, 3]])
    np.testing.assert_allclose(found.scores, [[0.0, -0.5, -1.0]], atol=1e-6)
    assert found.items.tolist() == [[2, 1, 0]]


def test_no_penalty_keeps_the_order_and_equals_stay_as_they_stood():
    assert rerank(PopularityPenalty(penalty=0), [[2, 0, 1]], [[3, 3, 1]]).items.tolist() == [[2, 0, 1]]


def test_equal_scores_are_ordered_by_popularity_alone():
    assert rerank(PopularityPenalty(), [[0, 1, 2]], [[5, 5, 5]]).items.tolist() == [[2, 1, 0]]


def test_empty_places_stay_last():
    found = rerank(PopularityPenalty(penalty=1), [[0, -1, -1]], [[9, -np.inf, -np.inf]])
    assert found.items.tolist() == [[0, -1, -1]]
    assert np.isneginf(found.scores[0, 1:]).all()
