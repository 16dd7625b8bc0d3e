"""Recommending from a shelf, and without some items."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

from palate import Items, Ranking
from palate.errors import ComponentError, PalateError, UnknownItem
from palate.pipeline.allowed import Allowed, allowed, filled
from palate.runs import run
from palate.testing import crowd

ITEMS = Items(pl.DataFrame({"id": [10, 20, 30, 40]}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store")


CONTENT = {
    "text": [{"use": "template", "template": "{title}. {kind}"}],
    "encode": {"use": "hash"},
    "transform": ["center", "l2"],
    "aggregate": "mean",
    "retrieve": {"use": "exact", "candidates": 3},
    "rank": "cosine",
}


def test_what_is_listed_and_not_excluded_is_allowed():
    found = allowed(ITEMS, ["40", 10, 20.0], [20])
    assert found.mask.tolist() == [True, False, False, True]
    assert found.listed.tolist() == [0, 3]
    assert found.excluded == 2
    assert found.remarks == ()


def test_without_either_everything_is():
    assert allowed(ITEMS, None, None) is None


def test_unknown_ids_are_counted_and_named():
    found = allowed(ITEMS, [10, "x"], [7, 8, 40])
    assert found.remarks == ("only: 1 of 2 ids are unknown: 'x'", "exclude: 2 of 3 ids are unknown: 7, 8")
    with pytest.raises(UnknownItem, match="exclude: no item has any of these ids: 7, 8"):
        allowed(ITEMS, None, [7, 8])


@pytest.mark.parametrize(
    ("given", "said"), [("10", "a list of item ids"), (10, "a list"), ([None], "got None")]
)
def test_what_is_no_list_of_ids_is_refused(given, said):
    with pytest.raises(PalateError, match=said):
        allowed(ITEMS, given, None)


def test_a_shelf_gives_what_the_whole_list_gives_without_the_rest(done):
    whole = done.recommend(user="p03", k=24)
    shelf = [0, 3, 4, 11, 12, 19, 20]
    right = whole.filter(pl.col("item").is_in(shelf))
    found = done.recommend(user="p03", k=3, only=shelf)
    assert found["item"].to_list() == right["item"].to_list()[:3]
    assert found["score"].to_list() == right["score"].to_list()[:3]


def test_excluded_items_make_room_for_the_next(done):
    first = done.recommend(user="p03", k=6)["item"].to_list()
    found = done.recommend(user="p03", k=3, exclude=first[:3])
    assert found["item"].to_list() == first[3:]
    assert done.recommend(user="p03", k=3, only=first, exclude=first[:3])["item"].to_list() == first[3:]


def test_many_users_get_from_one_shelf_what_each_gets_alone(done):
    shelf = [1, 2, 5, 8, 13, 16, 21]
    many = done.pipeline.recommend_many(["p05", "p01"], k=2, only=shelf, exclude=[13])
    for user in ("p05", "p01"):
        alone = done.recommend(user=user, k=2, only=shelf, exclude=[13])
        assert many.filter(user=user).drop("user").equals(alone)


def test_behind_rerankers_there_are_as_many_as_there_can_be(recipe, folder):
    recipe["rerank"] = [
        {"use": "rules", "exclude": [{"attribute": "kind", "values": ["sweet fruit"]}], "pin": [1]}
    ]
    done = run(recipe, folder=folder, store=folder / "store")
    shelf = [0, 2, 4, 6, 8, 3, 5, 7, 9]  # the even ones are fruit
    found = done.recommend(history=[10], k=4, only=shelf)["item"].to_list()
    assert sorted(found) == [3, 5, 7, 9]
    assert 1 not in found
    assert done.recommend(history=[10], k=1, only=[1, *shelf])["item"].to_list() == [1]


FUSERS = [
    {"use": "rrf", "depth": 3},
    {"use": "cascade", "propose": "popular", "order": "linear", "candidates": 2},
]


@pytest.mark.parametrize("fuse", FUSERS, ids=lambda fuse: fuse["use"])
def test_a_fuser_that_looks_at_few_items_fills_a_shelf_too(recipe, folder, fuse):
    done = run(recipe | {"fuse": fuse}, folder=folder, store=folder / "store")
    worst = done.recommend(history=[1], k=24)["item"].to_list()[-6:]
    assert set(done.recommend(history=[1], k=6, only=worst)["item"]) == set(worst)


@pytest.fixture
def indexed(recipe, folder):
    recipe["branches"] = {"content": CONTENT}
    del recipe["fuse"]
    return run(recipe, folder=folder, store=folder / "store")


def test_an_index_looks_at_the_whole_shelf(indexed):
    assert indexed.recommend(history=[1], k=10).height <= 3
    branch = indexed.pipeline.branches[0]
    everything = type(branch)(branch.name, branch.ranker, branch.aggregator, branch.vectors)
    query = indexed.pipeline.lookup.query(None, [1])
    scores = everything.score(query)[0]
    shelf = [0, 2, 3, 8, 14]
    found = indexed.recommend(history=[1], k=5, only=shelf)
    assert found["item"].to_list() == sorted(
        shelf, key=lambda item: (-scores[item], found["item"].to_list().index(item))
    )
    np.testing.assert_allclose(found["score"], scores[found["item"].to_numpy()], rtol=1e-5)


def test_an_index_looks_further_where_its_candidates_are_excluded(indexed):
    first = indexed.recommend(history=[1], k=3)["item"].to_list()
    found = indexed.recommend(history=[1], k=2, exclude=first)["item"].to_list()
    assert len(found) == 2
    assert not {1, *first} & set(found)


@dataclass
class Own:
    """Allows what it is told to."""

    name: ClassVar[str] = "own"

    mask: Any

    def allows(self, query):
        return self.mask(query)

    def rerank(self, query, ranking):
        return ranking


def far_from_the_history(query):
    """Users who have item 1 get odd items only, all others even ones."""
    has = np.array([1 in query.history.take(np.array([at])).items for at in range(len(query))])
    odd = np.arange(query.history.n_items) % 2 == 1
    return has[:, None] == odd


def test_what_a_reranker_allows_is_asked_for_each_user_before_the_best_are_taken(done):
    pipeline = replace(done.pipeline, rerankers=(Own(far_from_the_history),))
    for history, rest in (([1], 1), ([2], 0), ([], 0)):
        found = pipeline.recommend(history=history, k=24)["item"].to_list()
        assert sorted(found) == [item for item in range(24) if item % 2 == rest and item not in history]
    shelf = [2, 3, 4, 5]
    assert set(pipeline.recommend(history=[1], k=4, only=shelf)["item"]) == {3, 5}
    assert set(pipeline.recommend(history=[2], k=4, only=shelf, exclude=[4])["item"]) == set()


def test_an_index_looks_further_where_a_reranker_allows_less(indexed):
    pipeline = replace(indexed.pipeline, rerankers=(Own(far_from_the_history),))
    found = pipeline.recommend(history=[1], k=11)["item"].to_list()
    assert sorted(found) == [item for item in range(3, 24) if item % 2 == 1]


def test_what_is_no_mask_of_users_and_items_is_refused_with_the_name_of_the_reranker(done):
    pipeline = replace(done.pipeline, rerankers=(Own(lambda query: np.ones(24, bool)),))
    with pytest.raises(ComponentError, match=r"'own' must give what it allows as a bool array"):
        pipeline.recommend(history=[1])


def test_a_shelf_on_which_no_branch_has_an_opinion_is_filled_by_the_fallback():
    training, query = crowd()
    some = query.take(slice(1, 3))
    items = np.array([[4, -1, -1, -1], [-1, -1, -1, -1]], np.int32)
    scores = np.where(items < 0, -np.inf, 2.0).astype(np.float32)
    mask = np.zeros(len(training.items), bool)
    mask[[4, 5, 6, 7]] = True
    seen = type(query.history).from_lists([[6], []], len(training.items)).matrix
    ties = np.arange(len(training.items), dtype=np.int32)

    def by_number(asked):
        return np.tile(np.arange(len(training.items), dtype=np.float32), (len(asked), 1))

    limits = Allowed(mask, np.flatnonzero(mask).astype(np.int32))
    found = filled(Ranking(some.users, items, scores, 4), some, by_number, seen, limits, ties)
    assert found.items.tolist() == [[4, 7, 5, -1], [7, 6, 5, 4]]
    assert (np.diff(found.scores[0, :3]) < 0).all()
    assert found.scores[0, 0] == 2.0
    assert found.scores[0, 2] == pytest.approx(2.0, abs=1e-4)
    assert found.scores[1].tolist() == [7, 6, 5, 4]
    assert items.tolist() == [[4, -1, -1, -1], [-1, -1, -1, -1]]
