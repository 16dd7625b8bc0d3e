"""How many singular vectors `pure-svd` takes by itself, against projections and NDCG computed one by one."""

import numpy as np
import pytest

from palate.testing import training_of
from palate_factors import dimensions
from palate_factors.dimensions import UNDECIDED, best_dimensions
from palate_factors.pure_svd import PureSvd


def lists(users=60, items=30, groups=5):
    """Histories within one of so many groups of items each, most of them before chance breaks in."""
    rng = np.random.default_rng(2)
    size = items // groups
    found = []
    for user in range(users):
        own = (user % groups) * size + rng.permutation(size)[:4]
        found.append([int(item) for item in [*own[:3], *rng.integers(0, items, 1), own[3]]])
    return [list(dict.fromkeys(each)) for each in found]


def value(histories, items, count):
    """NDCG@10 of each user's newest event, scores from numpy's own decomposition."""
    met, right = np.zeros((len(histories), items)), [each[-1] for each in histories]
    for user, each in enumerate(histories):
        met[user, each[:-1]] = 1
    vectors = np.linalg.svd(met)[2][:count].T
    scores = met @ vectors @ vectors.T
    scores[met > 0] = -np.inf
    places = [int((row > row[item]).sum()) for row, item in zip(scores, right, strict=True)]
    return float(np.mean([1 / np.log2(place + 2) if place < 10 else 0.0 for place in places]))


def test_the_number_is_the_one_that_ranks_held_out_events_best(monkeypatch):
    tried = (1, 2, 5, 8, 20)
    monkeypatch.setattr(dimensions, "DIMENSIONS", tried)
    history = training_of(lists(), 30).history
    values = {count: value(lists(), 30, count) for count in tried}
    found = best_dimensions(history, np.random.default_rng(0))
    assert values[found] == max(values.values())
    assert 1 < found < 20, "neither too few for the groups nor so many that chance is learned"


def test_blocks_of_users_change_nothing(monkeypatch):
    monkeypatch.setattr(dimensions, "DIMENSIONS", (2, 5, 8))
    history = training_of(lists(), 30).history
    whole = best_dimensions(history, np.random.default_rng(0))
    monkeypatch.setattr(dimensions, "BLOCK_PAIRS", 30)
    assert best_dimensions(history, np.random.default_rng(0)) == whole


def test_with_few_users_nothing_is_tried():
    assert best_dimensions(training_of(lists(users=19), 30).history, np.random.default_rng(0)) == UNDECIDED


def test_many_items_bound_what_is_tried(monkeypatch):
    asked = []
    real = dimensions.right_singular
    monkeypatch.setattr(
        dimensions, "right_singular", lambda matrix, rank, rng: asked.append(rank) or real(matrix, rank, rng)
    )
    monkeypatch.setattr(dimensions, "BYTES", 16 * 30 * 20)
    assert best_dimensions(training_of(lists(), 30).history, np.random.default_rng(0)) in (8, 16)
    assert asked == [20]


@pytest.mark.parametrize("factors", ["auto", 3])
def test_the_ranker_keeps_and_notes_how_many_it_took(factors, monkeypatch):
    monkeypatch.setattr(dimensions, "DIMENSIONS", (2, 5))
    fitted = PureSvd(factors=factors).fit(training_of(lists(), 30))
    assert fitted.item_factors_.shape == (30, fitted.factors_)
    assert fitted.remarks() == {"factors": fitted.factors_}
    assert (fitted.factors_ in (2, 5)) == (factors == "auto")
