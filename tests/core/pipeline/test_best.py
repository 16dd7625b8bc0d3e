"""What one user is recommended, as arrays, is what `rank` gives in a batch, to the last bit."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Pipeline, Query, Training
from palate.arrays.products import fewest, row_product
from palate.pipeline import FittedBranch
from palate.pipeline.allowed import allowed
from palate.pipeline.best import best_of_several
from palate.pipeline.branch import FEW
from palate.registry import installed

N_USERS, N_ITEMS, WIDTH = 60, 90, 12
MMR = {"diversity": 0.4}
RECIPES = {
    "hybrid": (("ease", "cosine"), "weighted", (), None),
    "ranks": (("item-knn", "cosine", "popularity"), "rrf", (), None),
    "votes": (("ease", "dot"), "combmnz", (), None),
    "ties": (("popularity",), None, (), None),
    "reranked": (("ease", "cosine"), "weighted", (("mmr", MMR),), None),
    "found": (("cosine",), None, (), "exact"),
    "found and fused": (("item-knn", "dot"), "weighted", (), "exact"),
    "random": (("random",), None, (), None),
    "euclidean": (("euclidean",), None, (), None),
}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(8)
    lists = [rng.integers(0, N_ITEMS - 10, rng.integers(0, 15)).tolist() for _ in range(N_USERS)]
    vectors = rng.standard_normal((N_ITEMS, WIDTH), np.float32)
    vectors[[4, 44]] = 0  # items without text
    return History.from_lists(lists, N_ITEMS), vectors


def made(data, name):
    history, vectors = data
    rankers, fuser, rerankers, index = RECIPES[name]
    registry = installed()
    items, users = Items(pl.DataFrame({"id": range(N_ITEMS)})), pl.DataFrame({"id": range(N_USERS)})
    plain = Training(history, items, users, seed=1)
    branches = []
    for ranker in rankers:
        reads = ranker in ("cosine", "dot", "euclidean")
        training = replace(plain, vectors=vectors) if reads else plain
        fitted = registry.find("ranker", ranker).make({}).fit(training)
        more = {}
        if reads:
            more = {"aggregator": registry.find("aggregator", "mean").make({}), "vectors": vectors}
            if index:
                more["index"] = registry.find("index", index).make({"candidates": 12}).build(vectors)
        branches.append(FittedBranch(ranker, fitted, **more))
    again = [registry.find("reranker", use).make(options) for use, options in rerankers]
    for reranker in again:
        reranker.fit(replace(plain, vectors=vectors))
    return Pipeline(
        tuple(branches),
        registry.find("fuser", fuser).make({}) if fuser else None,
        tuple(again),
        FittedBranch("popularity", registry.find("ranker", "popularity").make({}).fit(plain)),
        items, users, history, history.counts > 0, seed=5,
    )  # fmt: skip


def asked(rng):
    """Filters and counts as a client might send them, at random."""
    ids = np.arange(N_ITEMS)
    only = rng.choice(ids, rng.integers(1, 40), replace=False).tolist() if rng.random() < 0.3 else None
    exclude = rng.choice(ids, rng.integers(1, 20), replace=False).tolist() if rng.random() < 0.4 else None
    return int(rng.integers(1, 25)), bool(rng.random() < 0.2), only, exclude


@pytest.mark.parametrize("name", RECIPES)
def test_the_best_of_one_user_are_those_of_a_batch(data, name):
    pipeline, rng = made(data, name), np.random.default_rng(3)
    everyone = pipeline.lookup.known(np.arange(N_USERS, dtype=np.int32))
    for _ in range(8):
        k, shown, only, exclude = asked(rng)
        together = pipeline.rank(everyone, k, include_seen=shown, only=only, exclude=exclude)
        limits = allowed(pipeline.items, only, exclude)
        for user in rng.choice(N_USERS, 5, replace=False):
            alone = pipeline.best(pipeline.lookup.known(np.array([user], np.int32)), k, shown, limits)
            there = together.items[user] >= 0
            assert alone.items.tolist() == together.items[user][there].tolist()
            assert alone.scores.tobytes() == together.scores[user][there].tobytes()


def test_a_history_of_a_new_user_is_served_as_in_a_batch(data):
    pipeline, rng = made(data, "hybrid"), np.random.default_rng(4)
    lists = [rng.integers(0, N_ITEMS, rng.integers(0, 30)).tolist() for _ in range(40)]
    batch = pipeline.rank(Query(np.full(40, -1, np.int32), History.from_lists(lists, N_ITEMS)), 9)
    for row, items in enumerate(lists):
        alone = pipeline.best(Query(np.array([-1], np.int32), History.from_lists([items], N_ITEMS)), 9)
        there = batch.items[row] >= 0
        assert alone.items.tolist() == batch.items[row][there].tolist()
        assert alone.scores.tobytes() == batch.scores[row][there].tobytes()


def test_it_is_told_whether_the_fallback_served(data):
    pipeline = made(data, "hybrid")
    nobody = Query(np.array([-1], np.int32), History.from_lists([[]], N_ITEMS))
    somebody = Query(np.array([-1], np.int32), History.from_lists([[3]], N_ITEMS))
    assert pipeline.best(nobody, 3).fallback is True
    assert pipeline.best(somebody, 3).fallback is False


def test_behind_an_index_no_array_of_all_items_is_made(data, monkeypatch):
    pipeline = made(data, "found")
    monkeypatch.setattr(Pipeline, "_scores", None)  # what makes one
    assert len(pipeline.best(pipeline.lookup.known(np.array([1], np.int32)), 5).items) == 5


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 17, 63, 64, 65, 70])
def test_a_product_of_few_rows_has_the_digits_of_many(rows):
    rng = np.random.default_rng(rows)
    left, right = rng.standard_normal((130, 33), np.float32), rng.standard_normal((317, 33), np.float32)
    whole = row_product(left, right)
    assert row_product(left[:rows], right).tobytes() == whole[:rows].tobytes()
    assert np.allclose(whole, left @ right.T, atol=1e-4)


def test_the_fewest_rows_are_two_or_more_and_at_most_a_block():
    assert 2 <= fewest(300, 24) <= 64
    assert fewest(300, 24, least=9) >= 9


@pytest.mark.parametrize("name", RECIPES)
def test_several_users_asked_together_get_what_each_gets_alone(data, name):
    pipeline, rng = made(data, name), np.random.default_rng(9)
    users = rng.choice(N_USERS, 7, replace=False).astype(np.int32)
    queries = [pipeline.lookup.known(users[place : place + 1]) for place in range(7)]
    told = [History.from_lists([items], N_ITEMS) for items in ([3, 4], [])]
    queries += [Query(np.array([-1], np.int32), history) for history in told]
    together = best_of_several(pipeline, queries, 6)
    for query, found in zip(queries, together, strict=True):
        alone = pipeline.best(query, 6)
        assert found.items.tolist() == alone.items.tolist()
        assert found.scores.tobytes() == alone.scores.tobytes()
        assert found.fallback is alone.fallback


def few_or_many(data, ranker="cosine"):
    """A pipeline with users on either side of what counts as few items, and what they are asked with."""
    history, vectors = data
    rng = np.random.default_rng(12)
    lists = [rng.integers(0, N_ITEMS, size).tolist() for size in (1, FEW, FEW + 1, 3, 2 * FEW)]
    pipeline = made((history, vectors), "hybrid" if ranker == "cosine" else "votes")
    return pipeline, Query(np.full(len(lists), -1, np.int32), History.from_lists(lists, N_ITEMS))


@pytest.mark.parametrize("ranker", ["cosine", "dot"])
def test_users_with_few_items_are_scored_from_similarities_as_from_their_interests(data, ranker):
    pipeline, query = few_or_many(data, ranker)
    branch = next(branch for branch in pipeline.branches if branch.name == ranker)
    from_interests = branch._score_interests(query, None)
    assert np.allclose(branch.score(query), from_interests, atol=1e-5, equal_nan=True)
    assert np.isnan(branch.score(query)[:, [4, 44]]).all(), "items without text"
    changed = (branch.score(query) != from_interests) & ~np.isnan(from_interests)
    assert changed.any(axis=1)[query.history.counts > FEW].tolist() == [False, False]


def test_a_user_of_items_without_text_has_no_scores_from_similarities(data):
    branch = made(data, "hybrid").branches[1]
    query = Query(np.array([-1, -1], np.int32), History.from_lists([[4, 44], [4, 3]], N_ITEMS))
    assert np.isnan(branch.score(query)).all(axis=1).tolist() == [True, False]
    assert np.isnan(branch.score(query.take(slice(0, 1)))).all()


def test_how_many_items_a_user_has_decides_alone_how_they_are_scored(data):
    pipeline, query = few_or_many(data)
    together = pipeline.rank(query, 9)
    for row in range(len(query)):
        alone = pipeline.best(query.take(slice(row, row + 1)), 9)
        assert alone.items.tolist() == together.items[row].tolist()
        assert alone.scores.tobytes() == together.scores[row].tobytes()


def test_a_large_catalogue_keeps_no_similarities(data, monkeypatch):
    monkeypatch.setattr("palate.pipeline.branch.TABLED", N_ITEMS - 1)
    assert made(data, "hybrid").branches[1]._similarities is None
    assert made(data, "found").branches[0]._similarities is None
