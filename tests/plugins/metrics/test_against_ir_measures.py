"""Every figure a user against ir_measures (trec_eval's own code, and MS MARCO's for RR)."""

import numpy as np
import pytest

from palate import History, Ranking, Truth
from palate_metrics.average_precision import AveragePrecision
from palate_metrics.hit_rate import HitRate
from palate_metrics.ndcg import NDCG
from palate_metrics.precision import Precision
from palate_metrics.recall import Recall
from palate_metrics.reciprocal_rank import ReciprocalRank

ir_measures = pytest.importorskip("ir_measures", reason="the independent implementation of the metrics")

PEOPLE, ITEMS = 80, 60


def random_case(seed, width):
    """Rankings with padding at the end, and between 0 and 30 relevant items a user."""
    rng = np.random.default_rng(seed)
    items = np.argsort(rng.random((PEOPLE, ITEMS)), axis=1)[:, :width].astype(np.int32)
    length = np.where(rng.random(PEOPLE) < 0.5, width, rng.integers(0, width + 1, PEOPLE))
    items[np.arange(width) >= length[:, None]] = -1
    scores = np.where(items >= 0, np.arange(width, 0, -1, dtype=np.float32), -np.inf).astype(np.float32)
    relevant = [rng.choice(ITEMS, rng.integers(0, 31), replace=False) for _ in range(PEOPLE)]
    answers = History.from_lists([sorted(chosen) for chosen in relevant], ITEMS)
    nothing = History.from_lists([[] for _ in relevant], ITEMS)
    truth = Truth.of(answers, nothing, np.zeros(ITEMS, np.int64))
    return Ranking(np.arange(PEOPLE, dtype=np.int32), items, scores), truth


def theirs(measure, ranking, truth):
    """float64[n]: what ir_measures says, NaN where nothing is relevant and 0 where nothing is ranked."""
    qrels = [
        ir_measures.Qrel(str(person), str(item), 1)
        for person in range(len(truth))
        for item in truth.relevant[truth.indptr[person] : truth.indptr[person + 1]]
    ]
    run = [
        ir_measures.ScoredDoc(str(person), str(item), float(score))
        for person in range(len(ranking))
        for item, score in zip(ranking.items[person], ranking.scores[person], strict=True)
        if item >= 0
    ]
    figures = np.where(truth.counts > 0, 0.0, np.nan)
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(measure)], qrels, run):
        if truth.counts[int(metric.query_id)]:
            figures[int(metric.query_id)] = metric.value
    return figures


@pytest.mark.parametrize("width", [5, 10, 30])
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("metric", "measure"),
    [
        (NDCG(k=10), "nDCG@10"),
        (NDCG(k=20), "nDCG@20"),
        (Recall(k=20), "R@20"),
        (Precision(k=10), "P@10"),
        (HitRate(k=10), "Success@10"),
        (HitRate(k=1), "Success@1"),
        (ReciprocalRank(k=10), "RR@10"),
    ],
)
def test_values_equal_those_of_ir_measures(metric, measure, seed, width):
    ranking, truth = random_case(seed, width)
    np.testing.assert_allclose(
        metric.score(ranking, truth), theirs(measure, ranking, truth), rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("width", [5, 10, 30])
@pytest.mark.parametrize("seed", [1, 2])
def test_average_precision_differs_from_ir_measures_by_its_denominator_alone(seed, width):
    ranking, truth = random_case(seed, width)
    ours = AveragePrecision(k=10).score(ranking, truth)
    divided_by_all = ours * np.minimum(truth.counts, 10) / np.maximum(truth.counts, 1)
    reference = theirs("AP@10", ranking, truth)
    np.testing.assert_allclose(divided_by_all, reference, rtol=0, atol=1e-9)
    assert np.nanmax(np.abs(ours - reference)) > 0.01


def test_the_random_cases_hold_what_they_are_for():
    ranking, truth = random_case(1, 30)
    assert (ranking.items == -1).any()
    assert (truth.counts == 0).any()
    assert (truth.counts > 10).any()
    assert (ranking.items[:, 0] == -1).any()
