"""What components are given is read-only, and what they give back is checked."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Pipeline, Query, Ranking, Truth
from palate.data import Fold, Training
from palate.errors import ComponentError
from palate.evaluation import evaluate
from palate.pipeline import FittedBranch

N_ITEMS = 6
ITEMS = Items(pl.DataFrame({"id": range(N_ITEMS)}))
HISTORY = History.from_lists([[0, 1], [2], []], N_ITEMS)
VECTORS = np.eye(N_ITEMS, dtype=np.float32)


def query():
    return Query(np.array([0, 1, -1], np.int32), HISTORY)


@dataclass
class Odd:
    """Does what it is told to."""

    does: object
    name: str = "odd"
    table_: np.ndarray = field(default_factory=lambda: np.zeros((3, N_ITEMS), np.float32))

    def score(self, *given):
        return self.does(*given)

    fuse = rerank = profile = overall = score


def good(asked):
    return np.tile(np.arange(N_ITEMS, dtype=np.float32), (len(asked), 1))


def branch(name="a", score=good, **parts):
    return FittedBranch(name, Odd(score), **parts)


def pipeline(*branches, **parts):
    made = {"fuser": None, "rerankers": (), "fallback": None} | parts
    trained = np.array([True, True, False])
    return Pipeline(branches, made["fuser"], made["rerankers"], made["fallback"], ITEMS,
                    pl.DataFrame({"id": range(3)}), HISTORY, trained)  # fmt: skip


def writes(array):
    array[...] = 7


def set_in(*path):
    def do(given, *rest):
        for name in path:
            given = getattr(given, name)
        writes(given)
        return good([0] * 3)

    return do


@pytest.mark.parametrize(
    "path",
    [("users",), ("history", "items"), ("history", "indptr"), ("history", "counts"), ("history", "owners"),
     ("history", "popularity"), ("history", "matrix", "data"), ("history", "matrix", "indices"),
     ("history", "matrix", "indptr"), ("history", "rating_matrix", "data")],
    ids="-".join,
)  # fmt: skip
def test_a_ranker_that_writes_into_the_query_is_named(path):
    said = r"ranker 'odd' in branch 'a' tried to change an array that it was given.*copy it first"
    with pytest.raises(ComponentError, match=said):
        pipeline(branch(score=set_in(*path))).rank(query(), 2)
    assert HISTORY.matrix.toarray().tolist()[0] == [1, 1, 0, 0, 0, 0]


def test_an_aggregator_that_writes_into_the_item_vectors_is_named():
    def profile(asked, vectors):
        writes(vectors)

    odd = branch(aggregator=Odd(profile), vectors=VECTORS)
    with pytest.raises(ComponentError, match="aggregator 'odd' in branch 'a' tried to change"):
        odd.score(query())
    assert VECTORS[0, 0] == 1


def test_a_fuser_that_writes_into_a_branchs_scores_is_named():
    def fuse(scores, asked):
        scores["a"][:] = 0
        return scores["a"]

    with pytest.raises(ComponentError, match="fuser 'odd' tried to change"):
        pipeline(branch("a"), branch("b"), fuser=Odd(fuse)).rank(query(), 2)


def test_a_reranker_that_sorts_in_place_is_named():
    def rerank(asked, ranking):
        ranking.items.sort(axis=1)
        return ranking

    with pytest.raises(ComponentError, match="reranker 'odd' tried to change"):
        pipeline(branch(), rerankers=(Odd(rerank),)).rank(query(), 2)


@pytest.mark.parametrize("part", ["items", "scores", "relevant", "popularity"])
def test_a_metric_that_writes_into_what_it_evaluates_is_named(part):
    ranking = Ranking(np.array([0], np.int32), np.array([[3, 1]], np.int32), np.ones((1, 2), np.float32))
    truth = Truth.of(History.from_lists([[3]], 6), History.from_lists([[]], 6), np.ones(6, np.int64))

    @dataclass
    class Sorting:
        def score(self, ranking, truth):
            getattr(ranking if hasattr(ranking, part) else truth, part).sort()
            return np.zeros(1)

    with pytest.raises(ComponentError, match="metric 'sorting' tried to change"):
        evaluate(ranking, truth, {"sorting": Sorting()})
    assert ranking.items.tolist() == [[3, 1]]


def test_training_and_folds_are_read_only_and_the_arrays_of_others_are_not():
    mine, parts = VECTORS.copy(), np.zeros(3, np.uint8)
    training, fold = Training(HISTORY, ITEMS, pl.DataFrame({"id": range(3)}), mine), Fold(parts)
    for array in (training.vectors, fold.part, HISTORY.items):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1
    writes(mine), writes(parts)


def held(asked):
    return HELD.table_


HELD = Odd(held)


@pytest.mark.parametrize(
    "score",
    [lambda asked: np.broadcast_to(np.arange(N_ITEMS, dtype=np.float32), (len(asked), N_ITEMS)),
     lambda asked: Ranking(asked.users, np.zeros((3, 1), np.int32), good(asked)).scores],
    ids=["broadcast", "read-only"],
)  # fmt: skip
def test_scores_that_cannot_be_written_are_ranked_as_others(score):
    right = pipeline(branch()).rank(query(), 3)
    found = pipeline(branch(score=score)).rank(query(), 3)
    assert found.items.tolist() == right.items.tolist() == [[5, 4, 3]] * 3


def test_masking_does_not_reach_into_what_a_ranker_holds():
    made = pipeline(FittedBranch("a", HELD))
    assert made.rank(query(), 2).items.shape == (3, 2)
    assert (HELD.table_ == 0).all()


def returning(value):
    return lambda *given: value


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "it gave None"), ([[1.0]], "it gave a list"), (np.zeros(6, np.float32), r"float32 \(6,\)"),
     (np.zeros((3, 6)), r"it gave float64 \(3, 6\)"), (np.zeros((2, 6), np.float32), r"float32 \(2, 6\)"),
     (np.zeros((3, 6), object), "object")],
)  # fmt: skip
def test_scores_of_another_kind_are_refused(value, said):
    with pytest.raises(ComponentError, match=f"ranker 'odd' in branch 'a' must give scores .*{said}"):
        pipeline(branch(score=returning(value))).rank(query(), 2)
    fuser = Odd(returning(value))
    with pytest.raises(ComponentError, match=f"fuser 'odd' must give scores .*{said}"):
        pipeline(branch("a"), branch("b"), fuser=fuser).rank(query(), 2)


@pytest.mark.parametrize("value", [None, np.zeros((3, 6), np.float32), np.zeros((3, 1, 5), np.float32)])
def test_interests_of_another_kind_are_refused(value):
    odd = branch(aggregator=Odd(returning(value)), vectors=VECTORS)
    with pytest.raises(ComponentError, match=r"aggregator 'odd' .* of shape \(3, any, 6\); it gave"):
        odd.score(query())


@pytest.mark.parametrize(
    "value",
    [None, np.zeros((3, 10), np.int32),
     Ranking(np.zeros(3, np.int32), np.zeros((3, 10), np.int64), np.zeros((3, 10), np.float32)),
     Ranking(np.zeros(3, np.int32), np.zeros((3, 6), np.int32), np.zeros((3, 2), np.float32))],
    ids=["None", "array", "int64", "scores"],
)  # fmt: skip
def test_a_reranking_of_another_kind_is_refused(value):
    with pytest.raises(ComponentError, match="reranker 'odd' must give"):
        pipeline(branch(), rerankers=(Odd(returning(value)),)).rank(query(), 2)


@pytest.mark.parametrize("value", [None, "good", [1.0]])
def test_a_value_of_all_users_that_is_no_number_is_refused(value):
    @dataclass
    class Overall:
        def overall(self, ranking, truth):
            return value

    ranking = Ranking(np.array([0], np.int32), np.array([[3, 1]], np.int32), np.ones((1, 2), np.float32))
    truth = Truth.of(History.from_lists([[3]], 6), History.from_lists([[]], 6), np.ones(6, np.int64))
    with pytest.raises(ComponentError, match="metric 'overall' must give a number; it gave"):
        evaluate(ranking, truth, {"overall": Overall()})


def test_a_ranker_that_ends_the_program_is_named():
    def leave(asked):
        raise SystemExit(0)

    with pytest.raises(ComponentError, match=r"ranker 'odd' in branch 'a' tried to end .* sys.exit\(0\)"):
        pipeline(branch(score=leave)).rank(query(), 2)
