import math

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.auc import AUC
from palate_metrics.calibration import Calibration
from palate_metrics.capped_recall import CappedRecall
from palate_metrics.diversity import IntraListDiversity
from palate_metrics.gini import Gini
from palate_metrics.group_gap import GroupGap
from palate_metrics.ndcg_elliot import NDCGElliot
from palate_metrics.novelty import Novelty
from palate_metrics.popularity_lift import PopularityLift
from palate_metrics.serendipity import Serendipity

GENRES = [["a"], ["a", "b"], ["b"], ["c"], [], None, ["a", "b"], ["a", "a"]]


def ranked(lists):
    items = np.array(lists, np.int32)
    return Ranking(np.arange(len(items), dtype=np.int32), items, np.zeros(items.shape, np.float32))


def truth(answers, past=None, n_items=8, popularity=None, trained=8, genres=GENRES, users=None):
    past = History.from_lists([[] for _ in answers] if past is None else past, n_items)
    popularity = np.ones(n_items, np.int64) if popularity is None else np.array(popularity)
    items = pl.DataFrame({"id": range(n_items), "genres": genres}) if genres else None
    return Truth.of(
        History.from_lists(answers, n_items), past, popularity, trained,
        None if items is None else Items(items), users,
    )  # fmt: skip


def test_capped_recall_divides_by_what_the_first_k_could_hold():
    found = CappedRecall(k=2).score(ranked([[0, 1], [0, 7], [5, 7]]), truth([[0, 1, 2], [0], []]))
    np.testing.assert_array_equal(found, [1.0, 1.0, np.nan])


def test_auc_of_a_whole_ranking_counts_the_pairs_in_the_right_order():
    # Items 0 and 4 are relevant, places 2 and 4 of 0..4: of 6 pairs, 0 beats two, 4 beats one... by hand:
    # order 1, 0, 2, 4, 3: item 0 stands before 2 and 3, item 4 before 3: 3 of 6.
    found = AUC().score(ranked([[1, 0, 2, 4, 3]]), truth([[0, 4]], n_items=5, genres=None))
    assert found.tolist() == [3 / 6]


def test_auc_gives_half_for_pairs_that_are_not_ranked_and_leaves_out_what_was_met():
    # 8 items, 0 and 1 met. Ranked: 2 (relevant), 3. Of the others 3..7 without 5 (relevant): 3, 4, 6, 7.
    # Item 2 beats all 4; item 5 loses to 3 and ties with 4, 6 and 7: 1.5. 5.5 of 8 pairs.
    found = AUC().score(ranked([[2, 3, -1]]), truth([[2, 5]], past=[[0, 1, 1]]))
    assert found.tolist() == [5.5 / 8]
    assert AUC(k=1).score(ranked([[2, 3]]), truth([[2, 5]], past=[[0, 1]])).tolist() == [6 / 8]


def test_auc_is_that_of_scikit_learn_with_the_rest_tied_behind():
    metrics = pytest.importorskip("sklearn.metrics", reason="the independent implementation")
    rng = np.random.default_rng(2)
    n, catalogue, width = 30, 25, 9
    items = np.argsort(rng.random((n, catalogue)), axis=1)[:, :width].astype(np.int32)
    answers = [rng.choice(catalogue, 4, replace=False).tolist() for _ in range(n)]
    theirs = []
    for row, right in zip(items, answers, strict=True):
        scores = np.zeros(catalogue)
        scores[row] = np.arange(width, 0, -1)
        theirs.append(metrics.roc_auc_score(np.isin(np.arange(catalogue), right), scores))
    ours = AUC().score(ranked(items), truth(answers, n_items=catalogue, genres=None))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_auc_has_no_value_where_there_is_no_pair():
    assert np.isnan(AUC().score(ranked([[0, 1]]), truth([[0, 1]], n_items=2, genres=None))).all()
    assert np.isnan(AUC().score(ranked([[0, 1]]), truth([[]]))).all()


def test_a_constant_scorer_has_half_the_area():
    rng = np.random.default_rng(0)
    items = np.argsort(rng.random((2000, 20)), axis=1).astype(np.int32)
    answers = [[0, 1]] * 2000
    assert AUC().score(ranked(items), truth(answers, n_items=20, genres=None)).mean() == pytest.approx(
        0.5, abs=0.01
    )


def test_gini_is_zero_for_equal_shares_and_near_one_for_one_item():
    assert Gini(k=1).overall(ranked([[n] for n in range(8)]), truth([[0]] * 8)) == pytest.approx(0)
    assert Gini(k=1).overall(ranked([[3]] * 8), truth([[0]] * 8)) == pytest.approx(1 - 1 / 8)
    assert math.isnan(Gini().overall(ranked([[-1]]), truth([[0]])))


def test_gini_is_half_the_relative_mean_difference():
    items = np.random.default_rng(1).integers(0, 8, (40, 1))
    shown = np.bincount(items.ravel(), minlength=8)
    by_definition = np.abs(shown[:, None] - shown[None]).mean() / (2 * shown.mean())
    assert Gini(k=1).overall(ranked(items), truth([[0]] * 40)) == pytest.approx(by_definition, abs=1e-12)


def test_novelty_is_bits_and_an_item_without_interactions_counts_as_met_by_one():
    known = [8, 4, 2, 1, 0, 1, 1, 1]
    found = Novelty(k=3).score(
        ranked([[0, 1, 2], [4, 0, -1], [-1, -1, -1]]), truth([[0]] * 3, popularity=known)
    )
    np.testing.assert_allclose(found, [(0 + 1 + 2) / 3, (3 + 0) / 2, np.nan])


def test_popularity_lift_is_relative_to_the_users_own_past():
    known = [8, 4, 2, 1, 0, 1, 1, 1]
    found = PopularityLift(k=2).score(
        ranked([[0, 1], [1, 2], [1, 2]]), truth([[6]] * 3, [[2, 1, 2], [0], []], popularity=known)
    )
    np.testing.assert_allclose(found, [6 / 3 - 1, 3 / 8 - 1, np.nan])


def test_diversity_is_the_mean_jaccard_distance_of_pairs_with_values():
    # {a}, {a, b}, {b}: 1/2, 1 and 1/2. {a} and nothing: no pair. {a, b} twice: 0. {a}, {c}, nothing: 1.
    found = IntraListDiversity(k=3).score(
        ranked([[0, 1, 2], [0, 4, 5], [1, 6, -1], [0, 3, 4]]), truth([[7]] * 4)
    )
    np.testing.assert_allclose(found, [2 / 3, np.nan, 0.0, 1.0])


def test_diversity_equals_a_slow_count_over_pairs():
    rng = np.random.default_rng(6)
    genres = [[v for v in "abcdef" if rng.random() < 0.3] for _ in range(30)]
    items = np.argsort(rng.random((20, 30)), axis=1)[:, :6].astype(np.int32)
    items[3, 4:] = -1
    ours = IntraListDiversity(k=5).score(
        ranked(items), truth([[0]] * 20, n_items=30, popularity=[1] * 30, genres=genres)
    )
    for row, figure in zip(items, ours, strict=True):
        sets = [set(genres[item]) for item in row[:5] if item >= 0 and genres[item]]
        apart = [1 - len(a & b) / len(a | b) for i, a in enumerate(sets) for b in sets[i + 1 :]]
        assert figure == pytest.approx(np.mean(apart), abs=1e-12)


@pytest.mark.parametrize("genres", [["x", "x", "y", None] * 2, [1, 1, 2, None] * 2])
def test_an_attribute_of_one_value_an_item_is_a_list_of_one(genres):
    found = IntraListDiversity(k=2).score(ranked([[0, 1], [0, 2], [0, 3]]), truth([[7]] * 3, genres=genres))
    np.testing.assert_allclose(found, [0.0, 1.0, np.nan])


def test_an_attribute_that_items_lack_is_an_error_that_names_theirs():
    for metric in (IntraListDiversity(attribute="tags"), Calibration(attribute="tags")):
        with pytest.raises(ComponentError, match="needs items with the attribute 'tags'; they have genres"):
            metric.score(ranked([[0, 1]]), truth([[0]]))


def test_serendipity_counts_hits_by_how_little_popularity_would_have_shown_them():
    # 8 items; popularity 3, 3, 1 and nobody: places 1, 1, 2: expected 1, 1, 7/8 and 0.
    # Item 2 at place 1: 1 - 7/8. Item 7 at place 2: 7/8 - 0. Item 0 at place 3: 6/8 - 1 is nothing.
    known = [3, 3, 1, 0, 0, 0, 0, 0]
    found = Serendipity(k=3).score(ranked([[2, 7, 0], [2, 7, -1]]), truth([[0, 2, 7], [7]], popularity=known))
    np.testing.assert_allclose(found, [(1 / 8 + 7 / 8) / 3, (7 / 8) / 2])


def test_calibration_is_zero_for_the_same_mix_and_its_most_for_another():
    found = Calibration(k=2).score(
        ranked([[1, 6], [3, 3], [4, 5], [3, 3]]), truth([[7]] * 4, [[0, 2], [0, 2], [0], [4]])
    )
    np.testing.assert_allclose(found, [0.0, math.log(100), np.nan, np.nan], atol=1e-12)


def test_calibration_by_hand():
    # The past {a}, {a, b}: p = 3/4, 1/4. The first two {b}, {a}: q = 1/2, 1/2; smoothed by 0.1.
    a, b = 0.9 * 0.5 + 0.1 * 0.75, 0.9 * 0.5 + 0.1 * 0.25
    by_hand = 0.75 * math.log(0.75 / a) + 0.25 * math.log(0.25 / b)
    found = Calibration(k=2, smoothing=0.1).score(ranked([[2, 0, 3]]), truth([[7]], [[0, 1, 4]]))
    assert found.tolist() == pytest.approx([by_hand], abs=1e-12)


def test_calibration_does_not_depend_on_how_many_users_are_computed_at_once(monkeypatch):
    case = ranked([[0, 1], [2, 3], [1, 6]]), truth([[7]] * 3, [[0, 2], [3], [0, 1]])
    at_once = Calibration(k=2).score(*case)
    monkeypatch.setattr("palate_metrics.calibration.CELLS", 1)
    np.testing.assert_array_equal(Calibration(k=2).score(*case), at_once)


def test_the_gap_is_between_the_best_and_the_worst_group():
    users = pl.DataFrame({"id": range(6), "sex": ["f", "f", "m", "m", "x", None]})
    case = ranked([[0], [0], [0], [1], [1], [1]]), truth([[0]] * 6, users=users)
    # f has 1, m 1/2; x is one user, who has 0.
    assert GroupGap(column="sex", metric="hit-rate", k=1, smallest=2).overall(*case) == 0.5
    assert GroupGap(column="sex", metric="hit-rate", k=1, smallest=1).overall(*case) == 1.0
    assert math.isnan(GroupGap(column="sex", metric="hit-rate", k=1, smallest=3).overall(*case))


def test_the_gap_over_a_column_that_users_lack_is_an_error_that_names_theirs():
    users = pl.DataFrame({"id": [0], "age": [30]})
    with pytest.raises(ComponentError, match="the column 'sex'; they have age"):
        GroupGap(column="sex").overall(ranked([[0]]), truth([[0]], users=users))


def test_elliots_ndcg_by_hand():
    # Ratings 5, 3 and 2 with the threshold 3: gains 7, 1 and 0; places 2, 1 and none.
    flat = History.from_lists([[0, 1, 2]], 8)
    answers = History(flat.indptr, flat.items, 8, ratings=np.array([5, 3, 2], np.float32))
    case = Truth.of(answers, History.from_lists([[]], 8), np.zeros(8, np.int64))
    by_hand = (1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3))
    found = NDCGElliot(k=2, threshold=3).score(ranked([[1, 0, 2]]), case)
    assert found.tolist() == pytest.approx([by_hand], abs=1e-12)


def test_elliots_ndcg_without_ratings_says_what_to_use():
    with pytest.raises(ComponentError, match=r"needs ratings; .* use 'ndcg'"):
        NDCGElliot().score(ranked([[0]]), truth([[0]]))
