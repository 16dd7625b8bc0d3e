import numpy as np
import pytest

from palate import History, Ranking, Truth
from palate_metrics.average_precision import AveragePrecision
from palate_metrics.coverage import Coverage
from palate_metrics.hit_rate import HitRate
from palate_metrics.ndcg import NDCG
from palate_metrics.precision import Precision
from palate_metrics.recall import Recall
from palate_metrics.reciprocal_rank import ReciprocalRank

PER_PERSON = [NDCG, Recall, Precision, HitRate, ReciprocalRank, AveragePrecision]
LOG3 = np.log2(3)


def ranked(lists):
    items = np.array(lists, np.int32)
    scores = np.where(items >= 0, -np.arange(items.shape[1], dtype=np.float32), -np.inf)
    return Ranking(np.arange(len(items), dtype=np.int32), items, scores.astype(np.float32))


def truth(lists, n_items=10):
    nothing = History.from_lists([[] for _ in lists], n_items)
    return Truth.of(History.from_lists(lists, n_items), nothing, np.zeros(n_items, np.int64))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (NDCG(k=4), (1 / LOG3 + 1 / 2) / (1 + 1 / LOG3 + 1 / 2)),
        (Recall(k=4), 2 / 3),
        (Precision(k=4), 2 / 4),
        (HitRate(k=4), 1.0),
        (ReciprocalRank(k=4), 1 / 2),
        (AveragePrecision(k=4), (1 / 2 + 2 / 3) / 3),
    ],
)
def test_hits_at_the_second_and_third_of_four_places_with_three_relevant_items(metric, expected):
    found = metric.score(ranked([[7, 1, 2, 8]]), truth([[1, 2, 3]]))
    assert found.dtype == np.float64
    assert found == pytest.approx([expected], abs=1e-12)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (NDCG(k=2), 1.0),
        (Recall(k=2), 2 / 3),
        (Precision(k=2), 1.0),
        (HitRate(k=2), 1.0),
        (ReciprocalRank(k=2), 1.0),
        (AveragePrecision(k=2), 1.0),
    ],
)
def test_with_more_relevant_items_than_places_only_recall_cannot_reach_one(metric, expected):
    assert metric.score(ranked([[3, 1, 9]]), truth([[1, 2, 3]])) == pytest.approx([expected], abs=1e-12)


@pytest.mark.parametrize("metric", [cls(k=2) for cls in PER_PERSON])
def test_a_hit_after_the_cut_off_counts_nothing(metric):
    assert metric.score(ranked([[7, 8, 1]]), truth([[1]])).tolist() == [0.0]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (NDCG(k=3), 1 / (1 + 1 / LOG3)),
        (Recall(k=3), 1 / 2),
        (Precision(k=3), 1 / 3),
        (HitRate(k=3), 1.0),
        (ReciprocalRank(k=3), 1.0),
        (AveragePrecision(k=3), 1 / 2),
    ],
)
@pytest.mark.parametrize("ranking", [[[1, -1, -1]], [[1]]])
def test_an_empty_place_is_a_miss_whether_padded_or_absent(metric, expected, ranking):
    assert metric.score(ranked(ranking), truth([[1, 2]])) == pytest.approx([expected], abs=1e-12)


@pytest.mark.parametrize("metric", [cls() for cls in PER_PERSON])
def test_padding_is_not_the_last_item_of_the_user_before(metric):
    found = metric.score(ranked([[0, 1], [-1, -1]]), truth([[2], [3]], n_items=4))
    assert found.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("metric", [cls() for cls in PER_PERSON])
def test_a_user_without_relevant_items_has_no_value(metric):
    found = metric.score(ranked([[1, 2], [1, 2]]), truth([[], [1]]))
    assert np.isnan(found).tolist() == [True, False]


@pytest.mark.parametrize("metric", [cls() for cls in PER_PERSON])
def test_nobody_has_a_value_where_nothing_is_relevant(metric):
    assert np.isnan(metric.score(ranked([[1, 2]]), truth([[]]))).all()


@pytest.mark.parametrize("metric", [NDCG(k=25), AveragePrecision(k=25), ReciprocalRank(k=25), HitRate(k=25)])
def test_a_perfect_ranking_has_exactly_one(metric):
    items = list(range(25))
    assert metric.score(ranked([items]), truth([items], n_items=25)).tolist() == [1.0]


def test_coverage_is_the_share_of_the_catalogue_shown_to_any_user_in_the_first_k():
    ranking = ranked([[0, 1, 2], [1, 3, -1]])
    assert Coverage(k=2).overall(ranking, truth([[0], []], n_items=8)) == 3 / 8
    assert Coverage(k=3).overall(ranking, truth([[0], []], n_items=8)) == 4 / 8
    assert Coverage().overall(ranked([[-1, -1]]), truth([[0]], n_items=8)) == 0.0
