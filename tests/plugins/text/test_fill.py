import polars as pl
import pytest

from palate import Items
from palate.errors import ComponentError, DataError
from palate_text.fill import Fill

ITEMS = Items(
    pl.DataFrame({"id": [1, 2, 3, 4], "title": ["A", "B", "C", "D"], "text": ["Heist.", "", " \n", None]})
)


def test_only_items_without_text_are_filled():
    assert Fill("unknown").apply(ITEMS).text.to_list() == ["Heist.", "unknown", "unknown", "unknown"]


def test_what_is_written_may_name_columns():
    assert Fill("{title}, a film").apply(ITEMS).text.to_list()[1:] == ["B, a film", "C, a film", "D, a film"]


def test_an_unknown_column_is_refused_in_words():
    with pytest.raises(ComponentError, match="preprocessor 'fill': items have no column 'name'"):
        Fill("{name}").apply(ITEMS)


def test_without_any_text_the_message_says_what_to_add():
    with pytest.raises(DataError, match="add a preprocessor"):
        Fill("unknown").apply(Items(ITEMS.frame.drop("text")))
