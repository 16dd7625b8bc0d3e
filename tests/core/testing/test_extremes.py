"""The checks of odd numbers, cost, threads, learning, pickles, engines and figures by hand can fail."""

import pickle
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from palate.data import Ranking
from palate.plan.execute import Execution
from palate.testing import check, worked_example


def failing(cls, kind, **options):
    return {outcome.check for outcome in check(cls, kind=kind, **options) if not outcome.passed}


def changed(base, **members):
    """A class like `base`, with some members replaced."""
    return dataclass(type("Changed", (base,), {"__doc__": base.__doc__, "__module__": __name__, **members}))


@dataclass
class Rated:
    """Items by their mean rating, and a little by what the person met."""

    name: ClassVar[str] = "rated"

    mean_: Any = field(init=False, repr=False, compare=False)

    def fit(self, training):
        history = training.history
        ratings = np.nan_to_num(history.ratings, nan=0, posinf=0, neginf=0)
        total = np.bincount(history.items, ratings, history.n_items)
        self.mean_ = (total / np.maximum(history.popularity, 1)).astype(np.float32)
        return self

    def score(self, query):
        return np.tile(self.mean_, (len(query), 1))


def spoilt_by_one_rating(self, training):
    self.mean_ = np.full(training.history.n_items, training.history.ratings.mean(), np.float32)
    return self


def infinite_where_a_rating_is(self, training):
    total = np.bincount(training.history.items, training.history.ratings, training.history.n_items)
    self.mean_ = np.where(np.isnan(total), 0, total).astype(np.float32)
    return self


def scored_against_the_mean_interest(self, query):
    return np.tile(self.mean_, (len(query), 1)) * np.float32(query.interests.mean())


def square_in_people(self, training):
    Rated.fit(self, training)
    self.mean_ = self.mean_ + np.float32(0 * np.ones((len(training.users), len(training.users))).sum())
    return self


def square_in_items(self, training):
    self.pairs = np.ones((len(training.items), len(training.items)))
    return Rated.fit(self, training)


def a_loop_in_a_loop(self, query):
    for _ in range(len(query)):
        for row in range(len(query)):
            abs(row)
    return Rated.score(self, query)


EXPECTED = {"finds_the_held_out_item"}


@pytest.mark.parametrize(
    ("members", "caught"),
    [
        ({}, set()),
        ({"fit": spoilt_by_one_rating}, {"bad_ratings_are_refused_or_handled"}),
        ({"fit": infinite_where_a_rating_is}, {"bad_ratings_are_refused_or_handled"}),
        ({"fit": square_in_people}, {"cost_grows_with_users_as_stated"}),
        ({"fit": square_in_people, "cost": {"users": 2}}, set()),
        ({"fit": square_in_items}, {"cost_grows_with_items_as_stated"}),
        ({"fit": square_in_items, "cost": {"items": 2}}, set()),
        ({"score": a_loop_in_a_loop}, {"cost_grows_with_users_as_stated"}),
    ],
)
def test_a_ranker_is_caught_by_the_check_made_for_it(members, caught):
    assert failing(changed(Rated, **members), "ranker") == EXPECTED | caught


def test_interests_of_one_person_must_not_reach_others():
    found = failing(changed(Rated, score=scored_against_the_mean_interest), "ranker")
    assert "bad_interests_affect_only_their_user" in found


@dataclass
class Mean:
    """Mean of the vectors of what a person met."""

    name: ClassVar[str] = "mean-of-all"

    seen_: int = field(init=False, repr=False, compare=False)

    def fit(self, training):
        self.seen_ = len(training.items)
        return self

    def profile(self, query, vectors):
        met = np.maximum(query.history.matrix.sum(axis=1), 1)[:, None]
        return ((query.history.matrix @ vectors) / met).astype(np.float32)[:, None, :]


def dense(self, query, vectors):
    met = np.maximum(query.history.matrix.sum(axis=1), 1)[:, None]
    dense = query.history.matrix.toarray()[:, :, None] * vectors[None]
    return (dense.sum(axis=1) / met).astype(np.float32)[:, None, :]


def remembers(self, training):
    self.seen_ = getattr(self, "seen_", 0) + len(training.items)
    return self


@dataclass
class Clock:
    """Counts how often it was asked, and so differs by thread."""

    name: ClassVar[str] = "clock"

    def profile(self, query, vectors):
        main = threading.current_thread() is threading.main_thread()
        return Mean.profile(self, query, vectors) * np.float32(1 if main else 2)


@pytest.mark.parametrize(
    ("members", "caught"),
    [
        ({}, set()),
        ({"profile": dense}, {"bad_vectors_are_noticed"}),
        ({"fit": remembers}, {"fitting_again_forgets_the_first_time"}),
        ({"fit": lambda self, training: None}, {"fit_returns_itself"}),
        ({"profile": Clock.profile}, {"threads_may_share_it"}),
    ],
)
def test_an_aggregator_is_caught_by_the_check_made_for_it(members, caught):
    found = failing(changed(Mean, **members), "aggregator")
    assert caught <= found
    assert bool(found) == bool(caught)


@dataclass
class Keeps:
    """Keeps a pickle of what it learned."""

    name: ClassVar[str] = "keeps"

    scale_: Any = field(init=False, repr=False, compare=False)

    def fit(self, vectors):
        self.scale_ = float(np.abs(vectors).max())
        return self

    def apply(self, vectors):
        return (vectors / np.float32(self.scale_)).astype(np.float32)

    def save(self, folder):
        (folder / "scale.bin").write_bytes(pickle.dumps(self.scale_))

    def load(self, folder):
        self.scale_ = pickle.loads((folder / "scale.bin").read_bytes())


def save_array(self, folder):
    np.save(folder / "scale.npy", np.array([self.scale_, None], object), allow_pickle=True)


def load_array(self, folder):
    self.scale_ = np.load(folder / "scale.npy", allow_pickle=True)[0]


def save_archive(self, folder):
    np.savez(folder / "scale.npz", scale=np.array([self.scale_, None], object), allow_pickle=True)


def load_archive(self, folder):
    self.scale_ = np.load(folder / "scale.npz", allow_pickle=True)["scale"][0]


def save_text(self, folder):
    (folder / "scale.txt").write_text(repr(self.scale_))


def load_text(self, folder):
    self.scale_ = float((folder / "scale.txt").read_text())


@pytest.mark.parametrize(
    ("members", "caught"),
    [
        ({}, {"fitted_state_can_be_saved"}),
        ({"save": save_array, "load": load_array}, {"fitted_state_can_be_saved"}),
        ({"save": save_archive, "load": load_archive}, {"fitted_state_can_be_saved"}),
        ({"save": save_text, "load": load_text}, set()),
        (
            {"save": save_text, "load": load_text, "apply": lambda self, vectors: np.nan_to_num(vectors)},
            {"bad_rows_are_noticed"},
        ),
    ],
)
def test_a_transform_is_caught_by_the_check_made_for_it(members, caught):
    assert failing(changed(Keeps, **members), "transform") == caught


@dataclass
class Share:
    """Share of the first k that is right."""

    name: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: int = 4

    def score(self, ranking, truth):
        return truth.hits(ranking)[:, : self.k].sum(axis=1) / self.k


BY_HAND = [2 / 4, 1 / 4, 0]


@pytest.mark.parametrize(
    ("members", "by_hand", "caught"),
    [
        ({}, BY_HAND, set()),
        ({}, [2 / 4, 1 / 4, 1], {"values_equal_those_computed_by_hand"}),
        ({}, 1 / 4, {"values_equal_those_computed_by_hand"}),
        ({"bounds": (0, 0.1)}, BY_HAND, {"values_stay_within_their_bounds"}),
        ({"bounds": None}, BY_HAND, {"values_stay_within_their_bounds"}),
        (
            {"score": lambda self, ranking, truth: truth.hits(ranking).sum(axis=1) / (25 - min(self.k, 25))},
            None,
            {"cutoffs_past_the_catalogue_are_handled"},
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_a_metric_is_caught_by_the_check_made_for_it(members, by_hand, caught):
    assert failing(changed(Share, **members), "metric", by_hand=by_hand) == caught


def test_the_worked_example_is_what_its_table_says():
    ranking, truth = worked_example()
    assert truth.hits(ranking).tolist() == [
        [True, False, True, False],
        [False, True, False, False],
        [False] * 4,
    ]
    assert truth.counts.tolist() == [2, 1, 0]
    assert truth.history.matrix.toarray().nonzero()[1].tolist() == [5, 2, 3, 0]
    assert (truth.popularity.tolist(), truth.trained) == ([4, 3, 2, 1, 1, 0], 5)


@dataclass
class Here:
    """Runs the steps here."""

    name: ClassVar[str] = "here"

    def run(self, plan, emit):
        return Execution(plan, emit).run()


def silent(self, plan, emit):
    return Execution(plan, lambda event: None).run()


def forgetful(self, plan, emit):
    done = Execution(plan, emit).run()
    plan.store.discard(plan.rows[0].evaluation.fingerprint)
    return done


def calm(self, plan, emit):
    try:
        return Execution(plan, emit).run()
    except ZeroDivisionError:
        return None


@pytest.mark.parametrize(
    ("run", "caught"),
    [
        (Here.run, set()),
        (silent, {"emits_events", "a_step_that_fails_ends_the_run"}),
        (forgetful, {"stores_what_it_computes"}),
        (calm, {"a_step_that_fails_ends_the_run"}),
    ],
)
def test_an_engine_is_caught_by_the_check_made_for_it(run, caught):
    assert failing(changed(Here, run=run), "engine") == caught


@dataclass
class Longer:
    """Cuts what is long."""

    name: ClassVar[str] = "longer"

    def rerank(self, query, ranking):
        return Ranking(ranking.users, ranking.items[:, :20].copy(), ranking.scores[:, :20].copy())


def test_a_reranker_that_cuts_long_rankings_is_caught():
    assert failing(Longer, "reranker") == {"rankings_with_empty_places_are_handled"}


@dataclass
class Summed:
    """The sum of all branches."""

    name: ClassVar[str] = "summed"

    def fuse(self, scores, query):
        blocks = np.stack(list(scores.values()))
        nobody = np.isnan(blocks).all(axis=0)
        return np.where(nobody, np.float32(np.nan), np.nansum(blocks, axis=0)).astype(np.float32)


def shares_the_largest(self, scores, query):
    found = Summed.fuse(self, scores, query)
    return found if np.isfinite(found[~np.isnan(found)]).all() else np.zeros_like(found)


@pytest.mark.parametrize(
    ("fuse", "caught"),
    [(Summed.fuse, set()), (shares_the_largest, {"bad_scores_affect_only_their_user"})],
)
def test_a_fuser_is_caught_by_the_check_made_for_it(fuse, caught):
    assert failing(changed(Summed, fuse=fuse), "fuser") == caught


@dataclass
class Nearest:
    """The largest inner products."""

    name: ClassVar[str] = "nearest"

    candidates: int = 10

    vectors_: Any = field(init=False, repr=False, compare=False)

    def build(self, vectors):
        self.vectors_ = vectors.copy()
        return self

    def search(self, vectors, k):
        near = np.einsum("nd,id->ni", vectors, self.vectors_)
        near[:, ~self.vectors_.any(axis=1)] = -np.inf
        best = np.argsort(-near, axis=1, kind="stable")[:, :k]
        best[np.isneginf(np.take_along_axis(near, best, axis=1))] = -1
        return np.pad(best, ((0, 0), (0, k - best.shape[1])), constant_values=-1).astype(np.int32)


def adds(self, vectors):
    self.vectors_ = np.concatenate([getattr(self, "vectors_", vectors[:0]), vectors])
    return self


def farthest(self, vectors, k):
    return Nearest.search(self, -vectors, k)


def the_first(self, vectors, k):
    return np.repeat(Nearest.search(self, vectors, k)[:, :1], k, axis=1)


def short(self, vectors, k):
    return Nearest.search(self, vectors, min(k, len(self.vectors_)))


def of_the_batch(self, vectors, k):
    return np.roll(Nearest.search(self, vectors, k), len(vectors) // 10, axis=1)


@pytest.mark.parametrize(
    ("members", "caught"),
    [
        ({}, set()),
        ({"build": adds}, {"building_again_forgets_the_first_time"}),
        ({"build": lambda self, vectors: Nearest.build(self, vectors) and None}, {"build_returns_itself"}),
        ({"search": farthest}, {"finds_the_nearest"}),
        ({"search": the_first}, {"finds_each_item_once"}),
        ({"search": short}, {"more_than_there_is_ends_early"}),
        ({"search": of_the_batch}, {"one_by_one_equals_the_batch"}),
        ({"__annotations__": {"candidates": int}, "candidates": 0}, {"says_how_many_it_looks_for"}),
    ],
)
def test_an_index_is_caught_by_the_check_made_for_it(members, caught):
    found = failing(changed(Nearest, **members), "index")
    assert caught <= found
    assert bool(found) == bool(caught)
