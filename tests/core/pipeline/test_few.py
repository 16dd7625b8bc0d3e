"""One user's best items from the scores of few items are those from the scores of all, to the last bit."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Pipeline, Query, Training
from palate.data import few_scores
from palate.data.few_scores import FewScores
from palate.errors import ComponentError
from palate.pipeline import FittedBranch
from palate.pipeline.allowed import allowed
from palate.pipeline.best import best_of_several
from palate.pipeline.few import may_score_few
from palate.registry import installed

N_USERS, N_ITEMS, WIDTH = 80, 400, 6


@pytest.fixture(autouse=True)
def every_catalogue_is_wide(monkeypatch):
    monkeypatch.setattr(few_scores, "WIDE", 1)


@pytest.fixture(scope="module")
def pipeline():
    rng = np.random.default_rng(2)
    lists = [rng.choice(N_ITEMS - 50, rng.integers(0, 8)).tolist() for _ in range(N_USERS)]
    history, registry = History.from_lists(lists, N_ITEMS), installed()
    vectors = rng.standard_normal((N_ITEMS, WIDTH), np.float32)
    vectors[100:110] = vectors[100]  # ties
    items, users = Items(pl.DataFrame({"id": range(N_ITEMS)})), pl.DataFrame({"id": range(N_USERS)})
    plain = Training(history, items, users, seed=1)
    near = registry.find("ranker", "item-knn").make({"neighbours": 9, "shrink": 0}).fit(plain)
    cosine = registry.find("ranker", "cosine").make({}).fit(replace(plain, vectors=vectors))
    index = registry.find("index", "exact").make({"candidates": 25}).build(vectors)
    mean = registry.find("aggregator", "mean").make({})
    return Pipeline(
        (FittedBranch("near", near), FittedBranch("text", cosine, mean, vectors, index)),
        registry.find("fuser", "weighted").make({"weights": {"near": 1.0, "text": 0.3}}),
        (),
        FittedBranch("popularity", registry.find("ranker", "popularity").make({}).fit(plain)),
        items, users, history, history.counts > 0, seed=5,
    )  # fmt: skip


def only_near(pipeline):
    return replace(pipeline, branches=pipeline.branches[:1], fuser=None)


def query_of(*items):
    return Query(np.array([-1], np.int32), History.from_lists([list(items)], N_ITEMS))


@pytest.mark.parametrize("kind", ["fused", "alone"])
def test_few_scores_give_what_all_scores_give(pipeline, kind):
    served, rng = only_near(pipeline) if kind == "alone" else pipeline, np.random.default_rng(7)
    everyone = served.lookup.known(np.arange(N_USERS, dtype=np.int32))
    for _ in range(12):
        k, shown = int(rng.choice([1, 3, 10, 40])), bool(rng.random() < 0.3)
        some = rng.choice(N_ITEMS, rng.integers(1, 60), replace=False).tolist()
        only, exclude = (some, None) if rng.random() < 0.3 else (None, some if rng.random() < 0.5 else None)
        together = served.rank(everyone, k, include_seen=shown, only=only, exclude=exclude)
        limits = allowed(served.items, only, exclude)
        for user in range(0, N_USERS, 5):
            alone = served.best(served.lookup.known(np.array([user], np.int32)), k, shown, limits)
            there = together.items[user] >= 0
            assert alone.items.tolist() == together.items[user][there].tolist()
            assert alone.scores.tobytes() == together.scores[user][there].tobytes()


@pytest.mark.parametrize("kind", ["fused", "alone", "index alone"])
@pytest.mark.parametrize("k", [1, 10, 40])
def test_several_users_together_get_what_each_gets_alone(pipeline, kind, k):
    """Some without a history, whom the fallback serves, and some for whom too few items stand out."""
    served = only_near(pipeline) if kind == "alone" else pipeline
    if kind == "index alone":
        served = replace(pipeline, branches=pipeline.branches[1:], fuser=None)
    known = [served.lookup.known(np.array([user], np.int32)) for user in range(N_USERS)]
    for shown in (False, True):
        for some in (known[:2], known[2:20], [query for query in known if len(query.history.items)]):
            for query, found in zip(some, best_of_several(served, some, k, shown), strict=True):
                alone = served.best(query, k, shown)
                assert found.items.tolist() == alone.items.tolist()
                assert found.scores.tobytes() == alone.scores.tobytes()
                assert found.fallback == alone.fallback


def test_an_index_is_asked_once_for_several_users(pipeline, monkeypatch):
    asked, index = [], pipeline.branches[1].index
    search = type(index).search
    monkeypatch.setattr(
        type(index), "search", lambda self, rows, k: asked.append(len(rows)) or search(self, rows, k)
    )
    best_of_several(pipeline, [query_of(1, 2), query_of(3), query_of(4, 90)], 5)
    assert asked == [3]


def test_no_array_of_all_items_is_made_where_enough_stand_out(pipeline, monkeypatch):
    monkeypatch.setattr(Pipeline, "_scores", None)  # what makes one
    assert may_score_few(pipeline)
    assert len(pipeline.best(query_of(3, 9), 8).items) == 8


def test_all_are_scored_where_more_are_wanted_than_stand_out(pipeline, monkeypatch):
    served, scored = only_near(pipeline), []
    whole = Pipeline._scores
    monkeypatch.setattr(Pipeline, "_scores", lambda *args: scored.append(1) or whole(*args))
    found = served.best(query_of(3), 40)
    assert len(found.items) == 40
    assert scored == [1]
    assert (found.scores[20:] == 0).all()


def test_a_narrow_catalogue_is_scored_whole(pipeline, monkeypatch):
    monkeypatch.setattr(few_scores, "WIDE", N_ITEMS + 1)
    assert not may_score_few(pipeline)


def test_scores_of_few_items_stand_in_a_row_of_all():
    few = FewScores(np.array([4, 1], np.int32), np.array([0.5, 2], np.float32), 0.0, 6)
    assert few.whole().tolist() == [[0, 2, 0, 0, 0.5, 0]]


def test_few_items_of_a_row_are_those_that_are_not_0_or_those_that_have_a_score():
    row = np.zeros(32, np.float32)
    row[[3, 20]] = 1, np.nan
    found = FewScores.of(row)
    assert (found.items.tolist(), found.rest) == ([3, 20], 0)
    row = np.full(32, np.nan, np.float32)
    row[[3, 20]] = 0, 5
    found = FewScores.of(row)
    assert found.items.tolist() == [3, 20]
    assert np.isnan(found.rest)
    assert FewScores.of(np.arange(32, dtype=np.float32)) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1.0], "must give a FewScores; it gave a list"),
        (FewScores(np.array([1]), np.ones(1, np.float32), 0.0, N_ITEMS), "items as a int32 array"),
        (FewScores(np.array([1], np.int32), np.ones(2, np.float32), 0.0, N_ITEMS), "must give scores as"),
        (FewScores(np.array([1], np.int32), np.ones(1, np.float32), 0.0, 3), "must score 400 items"),
    ],
)
def test_a_ranker_that_gives_anything_else_is_named(pipeline, monkeypatch, given, said):
    monkeypatch.setattr(type(pipeline.branches[0].ranker), "score_few", lambda self, query: given)
    with pytest.raises(ComponentError, match=f"ranker 'item-knn' in branch 'near' .*{said}"):
        pipeline.best(query_of(3, 9), 8)
