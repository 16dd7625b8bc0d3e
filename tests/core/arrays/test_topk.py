import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.arrays.ties import places, tie_keys
from palate.arrays.topk import top_k, top_k_from, top_k_of, top_k_of_one, top_k_others

NAN, INF = np.nan, np.inf


def block(rows):
    return np.array(rows, np.float32)


def plainly(scores, k, seen, ties):
    """One row and one item at a time."""
    best = np.full((len(scores), k), -1)
    for row, values in enumerate(scores):
        left = [item for item, value in enumerate(values) if value > -INF and not seen[row, item]]
        left.sort(key=lambda item, values=values: (-values[item], ties[row, item]))
        best[row, : min(k, len(left))] = left[:k]
    return best


def test_the_best_items_come_first_with_their_scores():
    items, scores = top_k(block([[0.1, 0.9, 0.5], [3, 1, 2]]), 2)
    assert items.tolist() == [[1, 2], [0, 2]]
    assert scores.tolist() == block([[0.9, 0.5], [3, 2]]).tolist()
    assert (items.dtype, scores.dtype) == (np.int32, np.float32)


def test_what_was_seen_and_what_has_no_score_is_never_taken():
    seen = sp.csr_array(np.array([[0, 1, 0, 0]], np.float32))
    items, scores = top_k(block([[NAN, 9, -INF, -5]]), 3, seen)
    assert items.tolist() == [[3, -1, -1]]
    assert scores.tolist() == [[-5, -INF, -INF]]


def test_where_fewer_items_exist_than_are_asked_for_the_rest_is_empty():
    items, scores = top_k(block([[1, 2]]), 4)
    assert items.tolist() == [[1, 0, -1, -1]]
    assert scores.tolist() == [[2, 1, -INF, -INF]]


@pytest.mark.parametrize("shape", [(0, 5), (3, 0)])
def test_nobody_and_nothing_give_empty_rankings(shape):
    items, scores = top_k(np.zeros(shape, np.float32), 2)
    assert items.shape == scores.shape == (shape[0], 2)
    assert (items == -1).all()


def test_equal_scores_are_ordered_by_item_number_or_as_told():
    assert top_k(block([[1, 1, 1, 1]]), 3)[0].tolist() == [[0, 1, 2]]
    keys = tie_keys(np.arange(2), 1)
    first, second = (np.argsort(places(np.arange(4), keys[row])).tolist() for row in (0, 1))
    assert first != second
    assert top_k(block([[1] * 4] * 2), 3, ties=keys)[0].tolist() == [first[:3], second[:3]]
    rest = [item for item in first if item != 2]
    assert top_k(block([[1, 1, 5, 1]]), 2, ties=keys[:1])[0].tolist() == [[2, rest[0]]]


def test_scores_that_cannot_be_written_are_left_as_they_are():
    scores = np.broadcast_to(block([1, 3, 2]), (2, 3))
    seen = sp.csr_array(np.array([[0, 1, 0], [0, 0, 0]], np.float32))
    assert top_k(scores, 2, seen)[0].tolist() == [[2, 0], [1, 2]]
    assert scores.tolist() == [[1, 3, 2]] * 2


def test_zero_and_minus_zero_are_equal():
    assert top_k(block([[-0.0, 0.0, -0.0]]), 3)[0].tolist() == [[0, 1, 2]]
    assert top_k(block([[0.0] * 300 + [-0.0] * 300]), 2)[0].tolist() == [[0, 1]]


def test_an_infinite_score_comes_first():
    assert top_k(block([[1, INF, 2]]), 2)[0].tolist() == [[1, 2]]


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 12), n_items=st.integers(1, 400), k=st.integers(1, 60),
    levels=st.sampled_from([1, 2, 5, 1000]), seed=st.integers(0, 99),
)  # fmt: skip
def test_it_agrees_with_sorting_each_row_whatever_the_sizes_and_ties(n, n_items, k, levels, seed):
    rng = np.random.default_rng(seed)
    scores = (rng.integers(-levels, levels, (n, n_items)) / 7).astype(np.float32)
    scores[rng.random(scores.shape) < 0.05] = rng.choice([NAN, -INF])
    seen, ties = rng.random(scores.shape) < 0.1, tie_keys(np.arange(n), seed)
    items, values = top_k(scores.copy(), k, sp.csr_array(seen.astype(np.float32)), ties)
    assert np.array_equal(items, plainly(scores, k, seen, places(np.arange(n_items), ties[:, None])))
    rows, at = np.nonzero(items >= 0)
    assert np.array_equal(values[rows, at], scores[rows, items[rows, at]])
    assert (values[items < 0] == -INF).all()


def test_the_result_does_not_depend_on_how_many_rows_are_given_at_once():
    # Rows of every sort together: no ties, many ties, few items left.
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(60, 500)).astype(np.float32)
    scores[20:40] = np.round(scores[20:40])
    scores[40:50, 5:] = -INF
    ties = tie_keys(np.arange(60), 3)
    together = top_k(scores.copy(), 10, ties=ties)
    for row in range(60):
        items, values = top_k(scores[row : row + 1].copy(), 10, ties=ties[row : row + 1])
        assert np.array_equal(items[0], together[0][row])
        assert np.array_equal(values[0], together[1][row])


def test_the_best_others_leave_out_the_item_itself_and_scores_that_are_not_above_0():
    block = np.array([[5, 9, 0, 2], [1, -1, 3, 8]], np.float32)
    items, scores = top_k_others(block, np.array([1, 3]), 3)
    assert items.tolist() == [[0, 3, -1], [2, 0, -1]]
    assert scores.tolist() == [[5, 2, -np.inf], [3, 1, -np.inf]]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 7, 40, 400]), st.sampled_from([1, 3, 10, 50]))
def test_one_row_has_what_it_has_among_others(seed, n_items, k):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-4, rng.choice([5, 500]), (3, n_items)).astype(np.float32)
    scores[rng.random(scores.shape) < rng.choice([0, 0.02, 0.9])] = rng.choice([NAN, -INF, -0.0])
    seen = sp.random_array((3, n_items), density=0.1, rng=rng, dtype=np.float32).tocsr()
    keys = tie_keys(np.arange(3), seed)
    items, values = top_k(scores.copy(), k, seen, keys)
    for row in range(3):
        alone = top_k_of_one(scores[[row]], k, seen[[row]].indices, lambda row=row: keys[[row]])
        assert alone[0].tolist() == items[[row]].tolist()
        assert alone[1].tolist() == values[[row]].tolist()


def test_the_key_of_a_row_is_asked_for_only_where_scores_are_equal():
    def never():
        raise AssertionError

    row = np.arange(400, dtype=np.float32)[None]
    assert top_k_of_one(row.copy(), 3, np.array([399]), never)[0].tolist() == [[398, 397, 396]]
    row[0, 396] = row[0, 395]
    with pytest.raises(AssertionError):
        top_k_of_one(row.copy(), 3, np.array([399]), never)
    frozen = np.broadcast_to(np.arange(400, dtype=np.float32), (1, 400))
    assert top_k_of_one(frozen, 1, np.array([399]), never)[0].tolist() == [[398]]


@pytest.mark.parametrize("guess", [0.0, 0.9, 1.0, 1.1, 9.0])
def test_from_a_bound_near_the_last_it_finds_what_top_k_finds_ties_too(guess):
    rng, k = np.random.default_rng(0), 5
    scores = rng.integers(-3, 9, (40, 60)).astype(np.float32) / 8
    scores[0], scores[1], scores[2, 4:] = 0, 0.5, 0
    numbers = rng.permutation(60).astype(np.int32)
    by_number = np.where(scores > 0, scores, -np.inf)[:, np.argsort(numbers)]
    items, values = top_k(by_number, k)
    bound = np.maximum(values[:, -1], 0) * np.float32(guess)

    rows, found, value = top_k_from(scores, numbers, k, bound)

    expected = {(r, items[r, j], values[r, j]) for r in range(40) for j in range(k) if items[r, j] >= 0}
    assert set(zip(rows.tolist(), found.tolist(), value.tolist(), strict=True)) == expected
    assert len(rows) == len(expected)
    assert (np.diff(rows) >= 0).all()


@pytest.mark.parametrize("levels", [3, 10_000])
@pytest.mark.parametrize("many", [5, 60, 600])
def test_the_best_of_some_items_are_those_of_a_row_where_all_others_are_missing(many, levels):
    rng = np.random.default_rng(many)
    items = rng.choice(2000, many, replace=False)
    scores = rng.integers(0, levels, many).astype(np.float32)
    scores[rng.random(many) < 0.1] = NAN
    row, ties = np.full((1, 2000), NAN, np.float32), tie_keys(np.array([many]), 1)
    row[0, items] = scores
    for without in (None, items[:0], items[many // 2 :: 7], np.arange(2000)[::2]):
        kept = row.copy()
        if without is not None:
            kept[0, without] = NAN
        right, values = top_k(kept, 20, None, ties)
        found, best = top_k_of(scores, items, 20, without, lambda: ties)
        there = right[0] >= 0
        assert found.tolist() == right[0][there].tolist()
        assert best.tolist() == values[0][there].tolist()
