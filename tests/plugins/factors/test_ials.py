import numpy as np
import pytest

from palate.components.component import Component
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_factors.ials import Ials
from palate_factors.least_squares import solve_rows

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestIals = conforms(Ials, factors=4)


def test_one_row_is_the_answer_of_its_normal_equations():
    items = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    # Met items 0 and 2: (C + [[2, 1], [1, 1]] + 2·I) x = (2, 1); with C = 0, [[4, 1], [1, 3]] x = (2, 1).
    history = asking([[0, 2], []], 3).history
    got = solve_rows(history.matrix, items, np.zeros((2, 2), np.float32), np.array([2.0, 2.0]))
    assert np.allclose(got, [[5 / 11, 2 / 11], [0, 0]], atol=1e-6)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_training_is_that_of_one_small_problem_after_another(exponent):
    training, query = crowd(seed=3)
    met = training.history.matrix.toarray().astype(float)
    met = met[met.any(axis=1)]
    l2, weight, width = 0.05, 0.2, 3
    items = training.rng().normal(0, 0.1 / np.sqrt(width), (20, width)).astype(np.float32).astype(float)

    def solved(rows, others):
        out = np.zeros((len(rows), width))
        for row, values in enumerate(rows):
            there = np.flatnonzero(values)
            left = weight * others.T @ others + others[there].T @ others[there]
            left += l2 * (len(there) + weight * len(others)) ** exponent * np.eye(width)
            out[row] = np.linalg.solve(left, others[there].sum(axis=0))
        return out

    for _ in range(4):
        people = solved(met, items)
        items = solved(met.T, people)
    options = {"factors": 3, "l2": l2, "unobserved": weight, "exponent": exponent, "iterations": 4}
    fitted = Ials(**options).fit(training)
    assert np.allclose(fitted.item_factors_, items, atol=1e-4)
    right = solved(query.history.matrix.toarray(), items) @ items.T
    assert np.allclose(fitted.score(query), right, atol=1e-4)


def test_each_half_step_makes_the_loss_smaller():
    training, _ = crowd()
    met = training.history.matrix.toarray()
    met = met[met.any(axis=1)]

    def loss(fitted, query):
        items = fitted.item_factors_
        people = fitted._solve(training.history.matrix, items)[training.history.counts > 0]
        guess = people @ items.T
        penalty = ((met.sum(axis=1) + 0.3 * 20) * (people**2).sum(axis=1)).sum()
        penalty += ((met.sum(axis=0) + 0.3 * len(met)) * (items**2).sum(axis=1)).sum()
        return (met * (1 - guess) ** 2).sum() + 0.3 * (guess**2).sum() + 0.01 * penalty

    losses = [loss(Ials(factors=4, iterations=n).fit(training), None) for n in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)


def test_rows_do_not_depend_on_the_others_in_the_query_nor_on_the_size_of_stacks(monkeypatch):
    _, query = crowd()
    items = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32)
    met, l2 = query.history.matrix, np.ones(len(query))
    together = solve_rows(met, items, items.T @ items, l2)
    monkeypatch.setattr("palate.arrays.stacks.STACK_BYTES", 1)
    assert np.array_equal(solve_rows(met, items, items.T @ items, l2), together)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = Ials(factors=4).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = (
        Ials(factors=3, l2=0.01, unobserved=0.3).fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    )
    assert not scores[0, 4:].any()
    assert scores[0, 0] > 0.1
    assert not scores[1].any()


def test_it_tells_how_far_it_is():
    told = []
    training = training_of(LISTS, 4, progress=lambda done, total: told.append((done, total)))
    Ials(factors=2, iterations=3).fit(training)
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    "options", [{"factors": 0}, {"l2": 0}, {"unobserved": 0}, {"exponent": 3.0}, {"iterations": 0}]
)
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", Ials, "factors", "palate", "0").check(options)
    assert list(problems) == list(options)


def test_left_to_the_data_all_pairs_of_a_mean_user_weigh_eight_times_theirs_and_the_penalty_is_the_root():
    fitted = Ials(factors=2, iterations=1).fit(training_of([[0, 1, 2, 3]] * 5 + [[]], 100))
    assert fitted.unobserved_ == pytest.approx(8 * 4 / 100)
    assert fitted.l2_ * (4 + fitted.unobserved_ * 100) == pytest.approx(np.sqrt(4))
    given = Ials(factors=2, iterations=1, l2=0.5, unobserved=0.25).fit(training_of([[0, 1]], 3))
    assert (given.l2_, given.unobserved_) == (0.5, 0.25)
