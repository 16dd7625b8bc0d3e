import numpy as np
import polars as pl
import pytest

from palate import Items
from palate_profile.branches import interest_branch
from palate_profile.interest_map import interest_map
from palate_profile.telling import explained, most_telling

RNG = np.random.default_rng(0)


def items(**columns):
    return Items(pl.DataFrame({"id": range(len(next(iter(columns.values())))), **columns}))


def told(places, **columns):
    return most_telling(items(**columns), np.arange(len(places)), np.asarray(places, np.float32))


def test_what_is_explained_is_computed_by_hand():
    """Two groups at -1 and 1 with one point each 0.5 off: between 4, within 1, whole 5."""
    places = np.array([[-1.5], [-0.5], [0.5], [1.5]], np.float32)
    assert explained(np.array([0, 0, 1, 1]), places) == pytest.approx(1 - (1 / 2) * (3 / 5))
    assert explained(np.array([0, 0, 1, 1]), np.array([[0.0], [0], [1], [1]], np.float32)) == 1
    assert explained(np.zeros(4, np.int64), places) == 0


def test_groups_at_random_explain_nothing_on_average_however_many_they_are():
    shares = [
        explained(RNG.integers(0, groups, 60), RNG.normal(size=(60, 2)).astype(np.float32))
        for groups in (2, 15) for _ in range(200)
    ]  # fmt: skip
    assert abs(np.mean(shares[:200])) < 0.01
    assert abs(np.mean(shares[200:])) < 0.01


def test_the_attribute_whose_groups_lie_apart_is_taken():
    places = [[0, 0], [0, 1], [9, 0], [9, 1]] * 5
    assert told(places, noise=["a", "b", "b", "a"] * 5, kind=["x", "x", "y", "y"] * 5) == "kind"


def test_of_equally_telling_attributes_the_first_is_taken_whatever_their_names():
    places, kind = [[0, 0], [0, 1], [9, 0], [9, 1]] * 5, ["x", "x", "y", "y"] * 5
    assert told(places, b=kind, a=kind) == "b"
    assert told(places, a=kind, b=kind) == "a"


def test_titles_constants_and_attributes_that_tell_nothing_are_no_colour():
    places = [[0, 0], [0, 1], [9, 0], [9, 1]] * 5
    assert told(places, name=[f"item {at}" for at in range(20)], same=["a"] * 20, empty=[None] * 20) is None


def test_a_map_is_coloured_by_it_unless_another_is_asked_for(made):
    pipeline = made().pipeline
    branch = interest_branch(pipeline)
    assert interest_map(pipeline, branch).attribute == "kind"
    assert sorted(interest_map(pipeline, branch).groups.names) == ["loud tool", "other", "sweet fruit"]
