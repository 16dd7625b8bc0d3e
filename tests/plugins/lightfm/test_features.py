import numpy as np
import polars as pl
import pytest

from palate.data import Items
from palate.errors import ComponentError
from palate_lightfm.features import item_features

FRAME = pl.DataFrame(
    {"id": [1, 2, 3, 4], "genres": [["a", "b"], ["b", "b"], [], None], "year": [1999, 2000, None, 1999]}
)
WARM = np.array([True, False, True, True])


def test_without_attributes_each_warm_item_has_a_feature_of_its_own():
    assert item_features(Items(FRAME), [], WARM).toarray().tolist() == [
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    ]


def test_lists_give_one_feature_a_member_and_missing_values_none():
    # Columns: items 0, 2 and 3; genres a and b; years 1999 and 2000.
    assert item_features(Items(FRAME), ["genres", "year"], WARM).toarray().tolist() == [
        [1, 0, 0, 1, 1, 1, 0],
        [0, 0, 0, 0, 1, 0, 1],
        [0, 1, 0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 1, 0],
    ]


def test_an_attribute_of_which_nothing_is_known_adds_no_feature():
    frame = FRAME.with_columns(pl.lit(None, dtype=pl.String).alias("director"))
    assert item_features(Items(frame), ["director"], WARM).shape == (4, 3)


def test_an_attribute_the_items_do_not_have_is_named_with_those_they_have():
    with pytest.raises(ComponentError, match=r"no attribute 'genre'.*'genres'.*genres, year"):
        item_features(Items(FRAME), ["genre"], WARM)
