from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate.data import Items
from palate.data.side_information import SHARE, SideInformation, side_weight
from palate.errors import ComponentError
from palate.testing import training_of

LISTS = [[0, 1], [0, 1, 2], [2, 0]]  # 3, 2 and 2 users of items 0, 1 and 2; none of items 3 and 4
GENRES = [["Drama"], ["Drama", "Crime"], ["Comedy"], ["Crime"], []]


def training(**columns):
    found = training_of(LISTS, 5)
    return replace(found, items=Items(found.items.frame.with_columns(**columns)))


def of(found, side, weight="auto", attributes=(), **more):
    return SideInformation.of("ease", found, side, weight, list(attributes), **more)


def test_vectors_are_brought_to_length_one_and_count_as_many_events_as_the_weight_says():
    vectors = np.array([[3, 4], [0, 2], [0, 0], [1, 0], [-1, 0]], np.float32)
    found = of(replace(training(), vectors=vectors), "vectors", 5.0)
    assert np.allclose(found.size, [5, 5, 0, 5, 5])
    assert np.allclose(found.products(np.array([0])), [[5, 4, 0, 3, -3]], atol=1e-5)
    assert np.allclose(found.among(np.array([0, 1])), [[5, 4], [4, 5]], atol=1e-5)


def test_attributes_count_by_how_rare_they_are():
    found = of(training(genres=pl.Series(GENRES)), "attributes", 1.0, ["genres"])
    # log((1 + 5) / (1 + 2)) for Drama and Crime, which two items have: item 1 is as near to 0 as to 3.
    right = np.zeros((5, 5))
    right[0, 0] = right[1, 1] = right[2, 2] = right[3, 3] = 1
    right[0, 1] = right[1, 0] = right[1, 3] = right[3, 1] = np.sqrt(0.5)
    assert np.allclose(found.products(np.arange(5)), right, atol=1e-6)
    assert np.allclose(found.added_to(np.ones((5, 5), np.float32)), 1 + right, atol=1e-6)


def test_a_weight_left_to_the_data_is_a_share_of_the_mean_number_of_events_of_an_item():
    assert side_weight("auto", training().history) == pytest.approx(SHARE * 7 / 3)
    assert side_weight(2.5, training().history) == 2.5


def test_the_unit_is_what_an_event_weighs():
    vectors = np.ones((5, 1), np.float32)
    assert np.allclose(of(replace(training(), vectors=vectors), "vectors", 2.0, unit=3.0).size, 6)


def test_without_names_it_takes_attributes_that_sort_items_into_groups():
    lists = [["a"], ["b"]] * 10
    columns = {
        "kind": pl.Series(lists),
        "title": pl.Series([f"t{i}" for i in range(20)]),
        "price": [0.5] * 20,
    }
    found = training_of(LISTS, 20)
    found = replace(
        found, items=Items(found.items.frame.with_columns(**{k: pl.Series(v) for k, v in columns.items()}))
    )
    assert of(found, "attributes", 1.0).rows.shape[1] == 2


@pytest.mark.parametrize(
    ("side", "names", "said"),
    [
        ("vectors", [], "add `encode:`"),
        ("attributes", [], "several items share"),
        ("attributes", ["gnres"], "Did you mean 'genres'"),
    ],
)
def test_what_is_not_there_is_an_error_that_says_what_to_do(side, names, said):
    columns = {"genres": pl.Series(GENRES)} if names else {"title": pl.Series(list("abcde"))}
    with pytest.raises(ComponentError, match=said):
        of(training(**columns), side, "auto", names)


def test_without_side_or_weight_there_is_none():
    assert of(training(), "none") is None
    assert of(training(genres=pl.Series(GENRES)), "attributes", 0.0) is None
