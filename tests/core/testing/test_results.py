"""The checks of metrics, fusers and rerankers: a good one passes, and each check can fail."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from palate.data import Ranking
from palate.testing import check


def failing(cls, kind, **options):
    return {outcome.check for outcome in check(cls, kind=kind, **options) if not outcome.passed}


def changed(base, **members):
    """A class like `base`, with some members replaced."""
    return dataclass(type("Changed", (base,), {"__doc__": base.__doc__, "__module__": __name__, **members}))


@dataclass
class Hits:
    """How many of the first ten are right."""

    name: ClassVar[str] = "hits"
    bounds: ClassVar[tuple[float, float]] = (0, 10)

    def score(self, ranking, truth):
        return truth.hits(ranking)[:, :10].sum(axis=1).astype(np.float64)


@dataclass
class Sum:
    """The sum of all branches."""

    name: ClassVar[str] = "sum"

    def fuse(self, scores, query):
        blocks = np.stack(list(scores.values()))
        nobody = np.isnan(blocks).all(axis=0)
        return np.where(nobody, np.float32(np.nan), np.nansum(blocks, axis=0)).astype(np.float32)


@dataclass
class Backwards:
    """The last comes first."""

    name: ClassVar[str] = "backwards"

    def rerank(self, query, ranking):
        there = ranking.items >= 0
        place = np.where(there, -np.arange(ranking.k), 1)
        order = np.argsort(place, axis=1, kind="stable")
        return Ranking(
            ranking.users,
            np.take_along_axis(ranking.items, order, axis=1),
            np.take_along_axis(ranking.scores, order, axis=1),
        )


def spoils(data):
    def spoil(self, *given):
        array = data(given)
        array[...] = 0
        return self.good(*given)

    return spoil


def random_block(self, *given):
    out = self.good(*given)
    return (out + np.random.default_rng().random(out.shape)).astype(out.dtype)


def times_rows(self, *given):
    out = self.good(*given)
    return (out * len(out)).astype(out.dtype)


def infinite(self, *given):
    out = self.good(*given)
    return np.full_like(out, np.inf)


def double(self, *given):
    return self.good(*given).astype(np.float64)


def only_whole_rankings(self, ranking, truth):
    return self.good(ranking, truth) / np.where((ranking.items >= 0).all(axis=1), 1, 0)


def by_place(self, ranking, truth):
    return self.good(ranking, truth) + np.arange(len(ranking))


def loses_one(self, query, ranking):
    out = self.good(query, ranking)
    out.items[:, 0] = out.items[:, -1]
    return out


def shifts_by_batch(self, query, ranking):
    out = self.good(query, ranking)
    return out if len(query) > 1 else ranking


def chance_order(self, query, ranking):
    return self.good(query, ranking) if np.random.default_rng().random() < 0.5 else ranking


def flat_scores(self, query, ranking):
    out = self.good(query, ranking)
    return Ranking(out.users, out.items, out.scores[:, :1])


GOOD = {"metric": Hits, "fuser": Sum, "reranker": Backwards}
METHOD = {"metric": "score", "fuser": "fuse", "reranker": "rerank"}
BROKEN = [
    ("metric", lambda self, *given: self.good(*given).astype(np.float32), "gives_one_value"),
    ("metric", infinite, "values_are_never_infinite"),
    ("metric", only_whole_rankings, "empty_places_are_handled"),
    ("metric", by_place, "order_of_users_does_not_matter"),
    ("metric", times_rows, "one_by_one_equals_the_batch"),
    ("metric", random_block, "evaluating_again_gives_the_same"),
    ("metric", spoils(lambda given: given[0].items), "inputs_stay_as_they_are"),
    ("fuser", double, "gives_one_float32_block"),
    ("fuser", lambda self, scores, query: -self.good(scores, query), "one_branch_keeps_its_order"),
    (
        "fuser",
        lambda self, scores, query: np.sum(list(scores.values()), axis=0),
        "a_branch_that_cannot_serve_is_handled",
    ),
    ("fuser", times_rows, "one_by_one_equals_the_batch"),
    ("fuser", spoils(lambda given: next(iter(given[0].values()))), "inputs_stay_as_they_are"),
    ("reranker", loses_one, "keeps_the_items"),
    ("reranker", flat_scores, "scores_have_the_shape_of_items"),
    ("reranker", shifts_by_batch, "one_by_one_equals_the_batch"),
    ("reranker", spoils(lambda given: given[1].scores), "inputs_stay_as_they_are"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_component_passes_every_check_of_its_kind(kind):
    outcomes = check(GOOD[kind], kind=kind)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) > 6


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
@pytest.mark.parametrize(("kind", "method", "name"), BROKEN)
def test_a_component_that_breaks_a_rule_fails_its_check(kind, method, name):
    good = getattr(GOOD[kind], METHOD[kind])
    assert name in failing(changed(GOOD[kind], good=good, **{METHOD[kind]: method}), kind)


def test_chance_in_a_reranker_is_found():
    found = [
        failing(changed(Backwards, good=Backwards.rerank, rerank=chance_order), "reranker") for _ in range(8)
    ]
    assert any("reranking_again_gives_the_same" in names for names in found)


def test_a_figure_of_all_people_must_be_a_number():
    overall = changed(Hits, score=None, overall=lambda self, ranking, truth: 0.5)
    assert failing(overall, "metric") == set()
    listed = changed(Hits, score=None, overall=lambda self, ranking, truth: np.zeros(3))
    assert "gives_one_value" in failing(listed, "metric")


def test_what_it_learns_must_be_savable_too():
    @dataclass
    class Learner(GOOD["reranker"]):
        """Learns a set."""

        seen_: Any = field(init=False, repr=False, compare=False)

        def fit(self, training):
            self.seen_ = {1}
            return self

    assert failing(Learner, "reranker") == {"fitted_state_can_be_saved"}
