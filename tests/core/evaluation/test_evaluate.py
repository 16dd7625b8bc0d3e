from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from palate import History, Ranking, Truth
from palate.errors import ComponentError, DataError
from palate.evaluation import Evaluation, evaluate
from palate.evaluation.cached_truth import CachedTruth


@dataclass
class HitCount:
    name: ClassVar[str] = "hit-count"
    k: int = 2

    def score(self, ranking, truth):
        return np.where(truth.counts > 0, truth.hits(ranking)[:, : self.k].sum(axis=1), np.nan)


@dataclass
class Shown:
    name: ClassVar[str] = "shown"
    k: int = 2

    def overall(self, ranking, truth):
        return len(np.unique(ranking.items[:, : self.k]))


def ranking(items, users=None):
    items = np.array(items, np.int32)
    users = np.arange(len(items)) if users is None else np.array(users)
    return Ranking(users.astype(np.int32), items, np.zeros(items.shape, np.float32))


def truth(answers, seen=None, n_items=6):
    seen = [[] for _ in answers] if seen is None else seen
    return Truth.of(
        History.from_lists(answers, n_items), History.from_lists(seen, n_items), np.zeros(n_items, np.int64)
    )


@pytest.fixture
def judged() -> Evaluation:
    """Persons 40, 7 and 9: two hits, nothing to be found (item 3 was met before), no hit."""
    return evaluate(
        ranking([[0, 1], [2, 3], [4, 5]], users=[40, 7, 9]),
        truth([[0, 1], [3], [2]], seen=[[5], [3], []]),
        {"hit-count@2": HitCount(), "shown@1": Shown(k=1)},
    )


def test_each_person_who_can_be_judged_has_a_row(judged):
    expected = pl.DataFrame(
        {"user": [40, 9], "hit-count@2": [2.0, 0.0]}, schema={"user": pl.Int32, "hit-count@2": pl.Float64}
    )
    assert judged.per_user.equals(expected)
    assert judged.per_user.schema == expected.schema


def test_those_without_anything_to_be_found_are_left_out_and_counted(judged):
    assert (judged.excluded, judged.seen_again) == (1, 1)
    assert judged.summary["hit-count@2"].users == 2


def test_a_mean_is_over_people_and_an_overall_figure_is_over_all_of_them_together(judged):
    assert judged.summary["hit-count@2"].mean == 1.0
    assert judged.overall == {"shown@1": 3.0}
    assert list(judged.summary) == ["hit-count@2"]


def test_the_numbers_of_people_can_be_given_where_the_ranking_has_none():
    people = np.array([12, 5], np.int32)
    result = evaluate(
        ranking([[0], [1]], users=[-1, -1]), truth([[0], [0]]), {"h": HitCount(k=1)}, users=people
    )
    assert result.per_user.rows() == [(12, 1.0), (5, 0.0)]


def test_hits_are_looked_up_once_for_all_metrics(monkeypatch):
    asked = []
    plain = Truth.hits
    monkeypatch.setattr(Truth, "hits", lambda self, of: asked.append(of) or plain(self, of))
    both = evaluate(ranking([[0, 1]]), truth([[1]]), {"one": HitCount(k=1), "two": HitCount(k=2)})
    assert both.per_user.rows() == [(0, 0.0, 1.0)]
    assert len(asked) == 1


def test_a_remembered_truth_answers_for_any_other_ranking_as_usual():
    first, second = ranking([[0, 1]]), ranking([[2, 1]])
    known = CachedTruth.about(first, truth([[1, 2]]))
    assert known.hits(first).tolist() == [[False, True]]
    assert known.hits(second).tolist() == [[True, True]]
    assert known.hits(first).tolist() == [[False, True]]
    assert not known.hits(first).flags.writeable


def test_nobody_to_judge_is_an_error_that_says_why():
    with pytest.raises(DataError, match=r"none of 2 users has .* 1 of their events repeat"):
        evaluate(ranking([[0], [1]]), truth([[0], []], seen=[[0], []]), {"h": HitCount(k=1)})


def test_a_metric_that_looks_further_than_the_ranking_goes_is_an_error_and_not_another_metric():
    with pytest.raises(ComponentError, match=r"has 2 items .* few for hits@3; rank at least 3"):
        evaluate(ranking([[0, 1]]), truth([[0]]), {"hits@1": HitCount(k=1), "hits@3": HitCount(k=3)})


def test_a_ranking_of_the_whole_catalogue_is_long_enough_for_any_metric():
    result = evaluate(ranking([[0, 1]]), truth([[0]], n_items=2), {"hits@3": HitCount(k=3)})
    assert result.summary["hits@3"].mean == 1.0


def test_an_item_that_stands_twice_is_an_error_and_padding_is_not():
    with pytest.raises(ComponentError, match="1 of 2 users"):
        evaluate(ranking([[0, 1, 0], [0, 1, 2]]), truth([[0], [0]]), {"h": HitCount()})
    result = evaluate(ranking([[0, -1, -1]]), truth([[0]]), {"h": HitCount()})
    assert result.summary["h"].mean == 1.0


def test_rankings_and_truths_of_different_people_are_an_error():
    with pytest.raises(ComponentError, match="2 rankings, 1 truths"):
        evaluate(ranking([[0, 1], [0, 1]]), truth([[0]]), {"h": HitCount()})


def test_a_metric_that_gives_no_figure_a_person_is_named():
    class Scalar(HitCount):
        def score(self, ranking, truth):
            return np.zeros(3)

    with pytest.raises(ComponentError, match=r"'odd@2' must give .* of shape \(1\); it gave float64 \(3,\)"):
        evaluate(ranking([[0, 1]]), truth([[0]]), {"odd@2": Scalar()})
