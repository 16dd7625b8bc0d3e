from dataclasses import replace

import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate.store.codec import pack, unpack
from palate.testing import training_of, tuning_of
from palate_fusion.fallback import among_the_best
from palate_fusion.normalisation import z_score
from palate_fusion.stack import Stack

pytest.importorskip("lightgbm", reason="needs lightgbm, an extra")

PEOPLE, ITEMS = 200, 40


def people(history=()):
    return Query(np.full(PEOPLE, -1, np.int32), History.from_lists([list(history)] * PEOPLE, ITEMS))


def two_halves(seed=0):
    """Scores of two branches: the first is right about items below 20, the second about the others."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=(PEOPLE, ITEMS))
    low = np.arange(ITEMS) < 20
    noise = [rng.normal(size=(PEOPLE, ITEMS)) for _ in range(2)]
    scores = {
        "low": np.where(low, signal, noise[0]).astype(np.float32),
        "high": np.where(low, noise[1], 50 * signal).astype(np.float32),
    }
    return scores, [np.argsort(-row)[:4].tolist() for row in signal]


def popular():
    """Items below 20 were met by many users, the others by one."""
    return training_of([list(range(ITEMS)), *[list(range(20))] * 30], ITEMS)


def tuned(scores, relevant, **options):
    fuser = Stack(trees=60, min_data_in_leaf=20, learning_rate=0.1, **options).fit(popular())
    given = tuning_of(scores, people(), lambda block: 0.0, relevant)
    return fuser.tune(replace(given, truth=replace(given.truth, popularity=popular().history.popularity)))


def hits(fused, relevant):
    best = np.argsort(-fused, axis=1)[:, :4]
    return np.mean([len({*row} & {*right}) / 4 for row, right in zip(best.tolist(), relevant, strict=True)])


def test_it_learns_which_branch_to_trust_for_which_items_and_beats_any_weighted_sum():
    scores, relevant = two_halves()
    fuser = tuned(scores, relevant)
    new, answers = two_halves(seed=1)
    found = hits(fuser.fuse(new, people()), answers)
    sums = [hits(z_score(new["low"]) + w * z_score(new["high"]), answers) for w in (0, 0.3, 1, 3, 1e6)]
    assert found > max(sums) + 0.05


def test_items_that_are_no_candidates_stand_behind_and_in_order_of_their_sums():
    scores, relevant = two_halves()
    fuser = tuned(scores, relevant, candidates=3)
    fused = fuser.fuse(scores, people())
    assert np.isfinite(fused).all()
    blocks = [z_score(block) for block in scores.values()]
    nobody = np.zeros(blocks[0].shape, bool)
    chosen = among_the_best(blocks[0], 3, nobody) | among_the_best(blocks[1], 3, nobody)
    others = np.where(chosen, -np.inf, fused)
    assert (np.where(chosen, fused, np.inf).min(axis=1) > others.max(axis=1)).all()
    sums = np.where(chosen, -np.inf, blocks[0] + blocks[1])
    np.testing.assert_array_equal(others.argmax(axis=1), sums.argmax(axis=1))


def test_the_same_scores_and_seed_give_the_same_trees():
    scores, relevant = two_halves()
    assert tuned(scores, relevant).model_ == tuned(scores, relevant).model_


def test_it_is_kept_as_text_and_fuses_the_same_afterwards(tmp_path):
    scores, relevant = two_halves()
    fuser = tuned(scores, relevant)
    pack(fuser, tmp_path)
    again = unpack(tmp_path)
    assert again.model_.startswith("tree")
    np.testing.assert_array_equal(again.fuse(scores, people()), fuser.fuse(scores, people()))


def test_a_user_that_no_branch_can_serve_gets_nothing_and_spoils_no_other():
    scores, relevant = two_halves()
    fuser = tuned(scores, relevant)
    right = fuser.fuse(scores, people())
    for block in scores.values():
        block[3] = np.nan
    found = fuser.fuse(scores, people())
    assert np.isnan(found[3]).all()
    np.testing.assert_array_equal(np.delete(found, 3, 0), np.delete(right, 3, 0))


def test_other_branches_than_it_was_tuned_on_and_no_tuning_are_errors():
    scores, relevant = two_halves()
    with pytest.raises(ComponentError, match="was not tuned: that needs a split with a validation part"):
        Stack().fuse(scores, people())
    with pytest.raises(ComponentError, match=r"tuned on the branches \['high', 'low'\], and got scores of"):
        tuned(scores, relevant).fuse({"low": scores["low"]}, people())


def test_nothing_right_among_the_candidates_is_said():
    scores, _ = two_halves()
    worst = [[int(item)] for item in scores["low"].argmin(axis=1)]
    with pytest.raises(ComponentError, match="set `candidates` higher"):
        tuned({"low": scores["low"]}, worst, candidates=2)
