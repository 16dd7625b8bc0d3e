import numpy as np

from palate_profile.log_odds import distinctive, log_odds


def test_log_odds_are_those_computed_by_hand():
    """Own 6 of 8, overall 10 of 40: the prior adds 25 and 75."""
    found = log_odds(np.array([6.0, 2]), np.array([10.0, 30]))
    one = np.log((6 + 25) / (2 + 75)) - np.log((10 + 25) / (30 + 75))
    other = -one
    wanted = [one / np.sqrt(1 / 31 + 1 / 35), other / np.sqrt(1 / 77 + 1 / 105)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_a_feature_that_is_as_frequent_overall_has_no_log_odds():
    found = log_odds(np.array([5.0, 15]), np.array([50.0, 150]))
    np.testing.assert_allclose(found, 0, atol=1e-12)


def test_a_feature_without_any_interaction_has_no_log_odds():
    found = log_odds(np.array([3.0, 0]), np.array([3.0, 0]))
    assert found[1] == 0
    assert np.isfinite(found).all()
    assert log_odds(np.zeros(2), np.zeros(2)).tolist() == [0, 0]


def test_features_come_strongest_first_with_their_shares():
    own, overall = np.array([8.0, 4, 1, 5]), np.array([10.0, 10, 10, 70])
    found = distinctive(["a", "b", "c", "d"], own, 10, overall, 100, 5)
    assert [each.name for each in found] == ["a", "b"]
    assert (found[0].items, found[0].share, found[0].average) == (8, 0.8, 0.1)


def test_what_one_of_several_items_has_is_not_distinctive():
    names, overall = ["rare", "seldom", "common"], np.array([1.0, 2, 997])
    assert [each.name for each in distinctive(names, np.array([1.0, 2, 1]), 4, overall, 1000, 5)] == [
        "seldom"
    ]
    assert [each.name for each in distinctive(names, np.array([1.0, 0, 0]), 1, overall, 1000, 5)] == ["rare"]


def test_more_than_is_wanted_is_cut():
    own, overall = np.full(5, 3.0), np.array([3.0, 4, 5, 6, 1000])
    assert len(distinctive(list("abcde"), own, 10, overall, 2000, 2)) == 2
