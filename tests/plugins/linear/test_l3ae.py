from dataclasses import replace

import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, conforms, crowd, training_of
from palate_linear.ease import Ease
from palate_linear.l3ae import L3ae

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]
VECTORS = np.array([[1, 0], [1, 0.2], [0, 1], [0.1, 1], [1, 0.1]], np.float32)

TestL3ae = conforms(L3ae, l2=1.0, pull=1.0)


def training():
    return replace(training_of(LISTS, 5), vectors=VECTORS)


def alike(vectors, l2):
    inverse = np.linalg.inv(vectors @ vectors.T + l2 * np.eye(len(vectors)))
    right = inverse / -np.diag(inverse)
    np.fill_diagonal(right, 0)
    return right


def test_the_weights_are_the_least_of_its_loss_among_those_without_a_diagonal():
    # Column by column: least ‖x_j - X b‖² + l2‖b‖² + pull‖b - c_j‖² over the other items alone.
    met = np.zeros((4, 5))
    for person, items in enumerate(LISTS):
        met[person, items] = 1
    l2, pull = 2.0, 3.0
    likeness = alike(VECTORS.astype(float), 0.5)
    right = np.zeros((5, 5))
    for item in range(5):
        others = np.array([other for other in range(5) if other != item])
        left = met[:, others].T @ met[:, others] + (l2 + pull) * np.eye(4)
        right[others, item] = np.linalg.solve(
            left, met[:, others].T @ met[:, item] + pull * likeness[others, item]
        )
    fitted = L3ae(l2=l2, pull=pull, vectors_l2=0.5).fit(training())
    assert np.allclose(fitted.weights_, right, atol=1e-5)
    assert np.allclose(fitted.score(asking([[0, 3]], 5)), right[0] + right[3], atol=1e-5)


def test_without_pull_it_is_ease():
    ease = Ease(l2=3.0).fit(training())
    assert np.allclose(L3ae(l2=3.0, pull=0.0).fit(training()).weights_, ease.weights_, atol=1e-6)


def test_two_items_without_interactions_are_drawn_to_what_reads_like_them():
    # Nobody met anything: G = 0, P = I / (l2 + pull), and B = pull / (l2 + pull) · C.
    nothing = replace(training_of([[]], 2), vectors=np.array([[1, 0], [1, 0]], np.float32))
    weights = L3ae(l2=1.0, pull=3.0, vectors_l2=1.0).fit(nothing).weights_
    # FFᵀ + I = [[2, 1], [1, 2]], so that C = [[0, 1/2], [1/2, 0]].
    assert np.allclose(weights, [[0, 0.375], [0.375, 0]], atol=1e-6)


def test_a_cold_item_is_scored_by_its_text_and_a_user_without_history_by_nothing():
    fitted = L3ae(l2=1.0, pull=5.0).fit(training())
    scores = fitted.score(asking([[0, 1], [2, 3], []], 5))
    assert scores[0, 4] > scores[1, 4]  # item 4, never met, reads like items 0 and 1
    assert not scores[2].any()


def test_it_says_so_where_there_are_no_vectors_and_where_memory_is_short():
    with pytest.raises(ComponentError, match="'l3ae' needs item vectors; add `encode:`"):
        L3ae().fit(training_of(LISTS, 5))
    with pytest.raises(ComponentError, match=r"would take .* GiB for 20 items"):
        L3ae(memory=1e-9).fit(crowd()[0])


@pytest.mark.parametrize("options", [{"l2": 0}, {"pull": -1.0}, {"vectors_l2": 0}, {"memory": 0}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", L3ae, "linear", "palate", "0").check(options)
    assert list(problems) == list(options)
