import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Ranking, Training
from palate.errors import ComponentError
from palate_reranking.mmr import MMR

VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], np.float32)


def training(vectors=VECTORS, **columns):
    items = Items(pl.DataFrame({"id": range(4), **columns}))
    return Training(History.from_lists([[0]], 4), items, pl.DataFrame({"id": [0]}), vectors)


def asked(items, scores, wanted=None):
    n = len(items)
    query = Query(np.full(n, -1, np.int32), History.from_lists([[]] * n, 4))
    return query, Ranking(query.users, np.array(items, np.int32), np.array(scores, np.float32), wanted)


def rerank(reranker, items, scores, wanted=None):
    return reranker.rerank(*asked(items, scores, wanted))


def test_the_next_item_is_the_best_trade_of_score_and_likeness_by_hand():
    # Relevance 1, 0.9, 0.5, 0. After item 0: item 1 is the same as it (0.45 - 0.5), item 2 unlike (0.25 - 0),
    # item 3 has no vector and is like none (0 - 0). After item 2: item 1 -0.05, item 3 0.
    found = rerank(MMR(diversity=0.5).fit(training()), [[0, 1, 2, 3]], [[10, 9, 5, 0]])
    assert found.items.tolist() == [[0, 2, 3, 1]]


def test_an_item_keeps_its_score_wherever_it_goes():
    found = rerank(MMR(diversity=0.5).fit(training()), [[0, 1, 2, 3]], [[10, 9, 5, 0]])
    assert found.scores.tolist() == [[10, 5, 0, 9]]


def test_no_diversity_changes_nothing_and_full_diversity_ignores_all_scores_but_the_first():
    assert rerank(MMR(diversity=0).fit(training()), [[1, 0, 2]], [[3, 2, 1]]).items.tolist() == [[1, 0, 2]]
    # All start level at 0, and the first stands first.
    assert rerank(MMR(diversity=1).fit(training()), [[1, 0, 2]], [[3, 2, 1]]).items.tolist() == [[1, 2, 0]]


def test_only_what_is_wanted_is_chosen_and_the_rest_stays_as_it_stood():
    found = rerank(MMR(diversity=0.5).fit(training()), [[0, 1, 2, 3]], [[10, 9, 5, 0]], wanted=2)
    assert found.items.tolist() == [[0, 2, 1, 3]]
    assert found.wanted == 2


def test_likeness_may_be_told_by_an_attribute():
    genres = [["a", "b"], ["a", "b"], ["a"], ["c"]]
    fitted = MMR(diversity=0.6, attribute="genres").fit(training(None, genres=genres))
    # Likeness to item 0: 1, 1/√2, 0. Gains of the second: .36 - .6, .2 - .42, 0 - 0.
    assert rerank(fitted, [[0, 1, 2, 3]], [[10, 9, 5, 0]], 2).items.tolist() == [[0, 3, 1, 2]]


def test_empty_places_stay_last():
    found = rerank(
        MMR().fit(training()),
        [[2, 0, -1, -1], [-1, -1, -1, -1]],
        [[2, 1, -np.inf, -np.inf], [-np.inf] * 4],
    )
    assert found.items.tolist() == [[2, 0, -1, -1], [-1, -1, -1, -1]]


def test_without_vectors_it_says_what_would_do():
    with pytest.raises(
        ComponentError, match=r"needs item vectors: a branch with `encode:`, or its option `attribute`"
    ):
        MMR().fit(training(None))
    with pytest.raises(ComponentError, match="the attribute 'genre'; they have kind"):
        MMR(attribute="genre").fit(training(None, kind=["x"] * 4))


def test_more_diversity_gives_a_list_of_less_alike_items():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 8)).astype(np.float32)
    items = Items(pl.DataFrame({"id": range(200)}))
    known = Training(History.from_lists([[0]], 200), items, pl.DataFrame({"id": [0]}), vectors)
    people = np.array([rng.permutation(200)[:50] for _ in range(30)], np.int32)
    ranking = Ranking(
        np.full(30, -1, np.int32), people, -np.sort(-rng.random((30, 50)), 1).astype(np.float32), 10
    )
    query = Query(ranking.users, History.from_lists([[]] * 30, 200))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def likeness(diversity):
        first = unit[MMR(diversity=diversity).fit(known).rerank(query, ranking).items[:, :10]]
        return (np.einsum("nid,njd->nij", first, first).sum() - 300) / (30 * 90)

    assert likeness(0.9) < likeness(0.4) - 0.02 < likeness(0) - 0.04
