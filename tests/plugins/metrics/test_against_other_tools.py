"""Figures that other tools gave for one small case; their versions stand beside them."""

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp

from palate import History, Items, Ranking, Truth
from palate_metrics.ndcg_elliot import NDCGElliot
from palate_metrics.ndcg_rectools import NDCGRecTools
from palate_metrics.novelty import Novelty
from palate_metrics.precision_implicit import PrecisionImplicit
from palate_metrics.serendipity import Serendipity

RANKED = np.array([[3, 1, 7, 0], [2, 9, 5, 4], [8, 6, 1, 3]], np.int32)
ANSWERS = [[1, 0, 5], [9], [2, 8, 6, 1, 3]]
MET = [[2, 4], [1, 2, 3], [2, 4, 5], [2, 1, 6], [2, 3]]


@pytest.fixture
def case():
    nothing = History.from_lists([[], [], []], 10)
    training = History.from_lists(MET, 10)
    truth = Truth.of(
        History.from_lists(ANSWERS, 10), nothing, training.popularity, len(MET),
        Items(pl.DataFrame({"id": range(10)})),
    )  # fmt: skip
    return Ranking(np.arange(3, dtype=np.int32), RANKED, np.zeros((3, 4), np.float32)), truth


@pytest.mark.parametrize(
    ("metric", "figures"),
    [
        (NDCGRecTools(k=2), [0.38685280723454163, 0.38685280723454163, 1.0]),
        (NDCGRecTools(k=4), [0.41442992501184744, 0.24630238874073, 1.0]),
        (Serendipity(k=2), [0.0, 0.45, 0.55]),
        (Serendipity(k=4), [0.175, 0.225, 0.275]),
        (Novelty(k=2), [1.3219280948873622, 1.160964047443681, 2.321928094887362]),
        (Novelty(k=4), [1.8219280948873622, 1.4914460711655217, 1.8219280948873622]),
    ],
)
def test_values_equal_those_of_rectools_0_19(case, metric, figures):
    np.testing.assert_allclose(metric.score(*case), figures, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("k", "figure"), [(2, 0.8), (4, 0.875)])
def test_values_equal_those_of_implicit_0_7(case, k, figure):
    assert PrecisionImplicit(k=k).overall(*case) == pytest.approx(figure, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_precision_equals_that_of_the_implicit_installed(case, k):
    evaluation = pytest.importorskip("implicit.evaluation", reason="the tool whose figure is reproduced")

    class Given:
        def recommend(self, users, user_items, N=10, **options):
            return RANKED[users][:, :N], np.zeros((len(users), N), np.float32)

    rows = np.repeat(np.arange(3), [len(answers) for answers in ANSWERS])
    test = sp.csr_matrix((np.ones(len(rows)), (rows, np.concatenate(ANSWERS))), shape=(3, 10))
    nothing = sp.csr_matrix((3, 10))
    theirs = evaluation.precision_at_k(Given(), nothing, test, K=k, show_progress=False, num_threads=1)
    assert PrecisionImplicit(k=k).overall(*case) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("threshold", [1, 3])
@pytest.mark.parametrize("k", [3, 10])
def test_elliots_gain_is_ndcg_of_ir_measures_over_gains_that_are_whole_numbers(k, threshold):
    ir_measures = pytest.importorskip("ir_measures", reason="the independent implementation")
    rng = np.random.default_rng(4)
    n, catalogue = 50, 40
    items = np.argsort(rng.random((n, catalogue)), axis=1)[:, :12].astype(np.int32)
    sizes = rng.integers(0, 9, n)
    lists = [sorted(rng.choice(catalogue, size, replace=False).tolist()) for size in sizes]
    flat = History.from_lists(lists, catalogue)
    ratings = rng.integers(1, 6, len(flat.items)).astype(np.float32)
    answers = History(flat.indptr, flat.items, catalogue, ratings=ratings)
    truth = Truth.of(answers, History.from_lists([[]] * n, catalogue), np.zeros(catalogue, np.int64))
    ranking = Ranking(np.arange(n, dtype=np.int32), items, np.zeros(items.shape, np.float32))
    gains = np.where(ratings >= threshold, 2 ** (ratings - threshold + 1) - 1, 0).astype(int)
    qrels = [
        ir_measures.Qrel(str(person), str(item), int(gain))
        for person, item, gain in zip(flat.owners, flat.items, gains, strict=True)
    ]
    run = [
        ir_measures.ScoredDoc(str(person), str(item), float(-place))
        for person in range(n)
        for place, item in enumerate(items[person])
    ]
    theirs = np.full(n, np.nan)
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(f"nDCG@{k}")], qrels, run):
        if any(gains[flat.indptr[int(metric.query_id)] : flat.indptr[int(metric.query_id) + 1]]):
            theirs[int(metric.query_id)] = metric.value
    ours = NDCGElliot(k=k, threshold=threshold).score(ranking, truth)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    assert np.isnan(ours).any()
    assert np.nanmax(ours) > 0.3
