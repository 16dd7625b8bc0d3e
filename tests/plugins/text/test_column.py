import polars as pl
import pytest

from palate import Items
from palate.errors import ComponentError
from palate_text.column import Column

ITEMS = Items(pl.DataFrame({"id": [1, 2], "plot": ["A  heist.", None], "tags": [["a", "b"], []]}))


def test_takes_the_column_as_it_is_and_nothing_for_a_missing_value():
    assert Column("plot").apply(ITEMS).text.to_list() == ["A  heist.", ""]


def test_joins_a_list():
    assert Column("tags").apply(ITEMS).text.to_list() == ["a, b", ""]


def test_an_unknown_column_is_named_with_those_there_are():
    with pytest.raises(ComponentError, match=r"no column 'plots'\. Did you mean 'plot'\? There are id, plot"):
        Column("plots").apply(ITEMS)
