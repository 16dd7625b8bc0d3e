"""Explanations: parts that add up to the score, and say what the score hangs on."""

import importlib.util

import numpy as np
import pytest

from palate.arrays.rows import entry_rows
from palate.errors import PalateError, UnknownItem
from palate.pipeline import FittedBranch
from palate.pipeline.explain import explain, past_of
from palate.registry import installed
from palate.runs import fit, run
from palate.testing import crowd

EXACT = {
    "ease": {"l2": 5.0},
    "item-knn": {"neighbours": 5, "shrink": 1.0},
    "gfcf": {"rank": 4},
    "rp3beta": {"neighbours": 8},
    "slim": {"l1": 0.1, "l2": 1.0},
    "pure-svd": {"factors": 5},
    "ials": {"factors": 4},
    "user-knn": {"neighbours": 9},
    "als": {"factors": 4, "regularization": 1.0, "alpha": 3.0},
    "cosine": {},
    "dot": {},
}
AGGREGATORS = {"mean": {}, "recency-mean": {"half_life": 3.0}}


def branch_of(name, aggregator=None):
    component = installed().find("ranker", name)
    if component.missing:
        pytest.skip(component.how_to_install())
    training, query = crowd()
    made = (
        None
        if aggregator is None
        else installed().find("aggregator", aggregator).make(AGGREGATORS[aggregator])
    )
    vectors = None if aggregator is None else training.vectors
    return FittedBranch(name, component.make(EXACT[name]).fit(training), made, vectors), query


COLLABORATIVE = [name for name in EXACT if name not in ("cosine", "dot")]
CASES = [(name, None) for name in COLLABORATIVE] + [
    (name, aggregator) for name in ("cosine", "dot") for aggregator in AGGREGATORS
]


@pytest.mark.parametrize(("name", "aggregator"), CASES)
def test_what_a_person_met_adds_up_to_the_score_in_every_ranker(name, aggregator):
    branch, query = branch_of(name, aggregator)
    scores = branch.score(query)
    for row in range(1, len(query)):
        one = query.take(slice(row, row + 1))
        for item in (0, 7, 18):
            past = past_of(branch, one, item)
            assert len(past) == one.history.matrix.nnz
            assert past.sum() == pytest.approx(scores[row, item], abs=1e-5)


@pytest.mark.parametrize(("name", "aggregator"), CASES)
def test_a_whole_batch_is_explained_as_each_person_alone(name, aggregator):
    branch, query = branch_of(name, aggregator)
    interests = branch.profile(query)
    asked = query if interests is None else query.with_interests(interests)
    items = (np.arange(len(query)) % 19).astype(np.int32)
    found = branch.ranker.explain(asked, items)
    for row in range(1, len(query)):
        alone = branch.ranker.explain(asked.take(slice(row, row + 1)), items[row : row + 1])
        if found.past is None:
            np.testing.assert_allclose(found.interests[row], alone.interests[0])
        else:
            mine = entry_rows(query.history.matrix) == row
            np.testing.assert_allclose(found.past[mine], alone.past)


@pytest.mark.parametrize("name", COLLABORATIVE)
def test_without_the_strongest_the_score_falls_more_than_without_another(name):
    branch, query = branch_of(name)
    rng, drops = np.random.default_rng(0), []
    for row in np.flatnonzero(query.history.counts >= 4):
        one = query.take(slice(row, row + 1))
        met = one.history.matrix.indices
        item = int(rng.choice(np.setdiff1d(np.arange(19), met)))
        past = past_of(branch, one, item)
        strongest = int(past.argmax())
        other = int(rng.choice(np.delete(np.arange(len(met)), strongest)))
        drops.append(
            [branch.score(one)[0, item] - without(branch, one, met[at])[0, item] for at in (strongest, other)]
        )
    drops = np.array(drops)
    assert drops[:, 0].mean() > drops[:, 1].mean()
    least = 0.8 if name == "user-knn" else 0.9  # without an item, other people are the nearest
    assert (drops[:, 0] >= drops[:, 1] - 1e-6).mean() > least


def without(branch, query, item):
    from palate import History, Query

    left = [met for met in query.history.items.tolist() if met != item]
    return branch.score(Query(query.users, History.from_lists([left], query.history.n_items)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store")


FUSERS = [
    {"use": "weighted", "weights": {"linear": 1.0, "near": 0.3, "popular": 0.5}},
    {"use": "weighted", "weights": "tune"},
    {"use": "weighted", "normalize": "min-max"},
    {"use": "weighted", "normalize": "none"},
    {"use": "rrf"},
    {"use": "rrf", "depth": 3, "weights": {"linear": 1.0, "near": 0.3, "popular": 0.5}},
    {"use": "combmnz"},
    {"use": "combmnz", "depth": 3, "weights": {"linear": 1.0, "near": 0.0, "popular": 0.5}},
    {"use": "switch", "new_users": {"popular": 1.0, "near": 0.2}, "new_items": {"near": 1.0}, "users": 4},
]


@pytest.mark.parametrize(
    "fuse", FUSERS, ids=lambda fuse: f"{fuse['use']}-{len(fuse)}-{fuse.get('normalize', '')}"
)
def test_branches_and_what_was_met_add_up_to_the_fused_score(recipe, folder, fuse):
    recipe["branches"]["near"] = {"rank": {"use": "item-knn", "neighbours": 5}}
    pipeline = run(recipe | {"fuse": fuse}, folder=folder, store=folder / "store").pipeline
    for history in ([1], [1, 3], [1, 3, 5, 8, 2], [0, 2, 4, 6, 8, 10]):
        for item in (7, 20, 23):
            found = pipeline.explain(item, history=history)
            assert found.total == pytest.approx(found.score, abs=1e-5)
            assert found.score == pipeline.scores(pipeline.lookup.query(None, history))[0, item]
            for part in found.branches:
                whole = part.rest + (0 if part.past is None else part.past.sum())
                assert whole == pytest.approx(part.adds, abs=1e-9)
            shown = {part.name: part.past is not None for part in found.branches if part.adds}
            assert not shown.get("popular", False)
            assert found.frame().height == len(history)


def test_in_a_fused_score_the_strongest_counts_more_than_a_random_one(done):
    pipeline, rng, drops = done.pipeline, np.random.default_rng(1), []
    for _ in range(40):
        history = rng.permutation(24)[:6].tolist()
        item = int(rng.choice(np.setdiff1d(np.arange(24), history)))
        found = pipeline.explain(item, history=history)
        strongest = int(found.history[found.past.argmax()])
        other = int(rng.choice([met for met in history if met != strongest]))
        drops.append(
            [
                found.score - pipeline.explain(item, history=[met for met in history if met != gone]).score
                for gone in (strongest, other)
            ]
        )
    strong, random = np.array(drops).T
    assert strong.mean() > random.mean()


def test_a_person_whom_no_branch_can_serve_is_explained_by_the_fallback(recipe, folder):
    del recipe["branches"]["popular"], recipe["fuse"]
    pipeline = run(recipe, folder=folder, store=folder / "store").pipeline
    found = pipeline.explain(3, history=[])
    assert found.fallback
    assert [(part.name, part.adds) for part in found.branches] == [("fallback", found.score)]
    assert len(found.history) == 0


def test_the_place_is_that_of_the_recommendations(done):
    frame = done.recommend(history=[1, 3, 5], k=20)
    for row in (0, 4, 19):
        found = done.pipeline.explain(frame["item"][row], history=[1, 3, 5])
        assert found.place == row + 1
        assert found.title == frame["title"][row]
    assert done.pipeline.explain(3, history=[1, 3, 5]).place is None


def test_an_item_that_is_not_there_is_said(done):
    with pytest.raises(UnknownItem, match="no item 'thing 99'"):
        done.pipeline.explain("thing 99", history=[1])


def test_a_fuser_that_is_no_sum_is_said_with_those_that_are(recipe, folder):
    recipe["fuse"] = {"use": "cascade", "propose": "popular", "order": "linear"}
    pipeline = run(recipe, folder=folder, store=folder / "store").pipeline
    with pytest.raises(PalateError, match=r"'cascade' does not add up .* are 'weighted', 'switch'"):
        pipeline.explain(3, history=[1])


def test_an_item_nobody_can_score_is_said(done):
    pipeline = done.pipeline
    query = pipeline.lookup.query(None, [1])
    silent = type(pipeline)(
        (FittedBranch("none", Silent()),),
        None,
        (),
        None,
        pipeline.items,
        pipeline.users,
        pipeline.history,
        pipeline.trained,
    )
    with pytest.raises(PalateError, match="no branch has an opinion on 'thing 3'"):
        explain(silent, query, 3)


class Silent:
    name = "silent"

    def score(self, query):
        return np.full((len(query), query.history.n_items), np.nan, np.float32)


def test_interests_that_are_no_sum_of_what_was_met_are_not_taken_apart():
    class Longest:
        name = "longest"

        def profile(self, query, vectors):
            rows = [vectors[query.history.take(np.array([at])).items] for at in range(len(query))]
            return np.stack([row[np.linalg.norm(row, axis=1).argmax()] for row in rows])[:, None]

    branch, query = branch_of("dot", "mean")
    other = FittedBranch("dot", branch.ranker, Longest(), branch.vectors)
    long = int(np.flatnonzero(query.history.counts > 3)[0])
    assert past_of(other, query.take(slice(long, long + 1)), 3) is None


@pytest.mark.skipif(importlib.util.find_spec("implicit") is None, reason="needs implicit, which is an extra")
def test_the_shipped_hybrid_can_be_explained(shop, tmp_path):
    settings = {
        "data.source": {
            "use": "files",
            "interactions": str(shop / "events.csv"),
            "items": str(shop / "things.csv"),
        },
        "branches.content.text": [{"use": "template", "template": "{title}. {kind}"}],
        "branches.content.encode": {"use": "hash"},
    }
    pipeline = fit("hybrid", settings, store=tmp_path)
    found = pipeline.explain("thing 7", user="p03")
    assert found.total == pytest.approx(found.score, abs=1e-5)
    apart = {part.name for part in found.branches if part.past is not None}
    assert apart <= {"content", "linear", "factors"}
    assert apart
