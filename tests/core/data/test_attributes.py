import polars as pl
import pytest

from palate import Items
from palate.data.attributes import repeats, values_of
from palate.errors import ComponentError


def items(**columns):
    return Items(pl.DataFrame({"id": range(len(next(iter(columns.values())))), **columns}))


def spelt(values):
    """What each item has, by name."""
    return [[values.names[at] for at in row.nonzero()[0]] for row in values.matrix.toarray()]


@pytest.mark.parametrize(
    "column",
    [
        [["a", "b"], ["b"], ["a", "a"], ["b"], None],
        ["a, b", "b", "a", "b", None],
        ["a|b", "b", "a", "b", ""],
        ["a; b", "b", "a", "b", " "],
    ],
)
def test_the_values_of_lists_and_of_texts_with_separators(column):
    values = values_of(items(kind=column), "kind")
    assert values.names == ["a", "b"]
    assert spelt(values) == [["a", "b"], ["b"], ["a"], ["b"], []]


def test_a_title_with_a_comma_stays_whole():
    values = values_of(items(name=["Postman, The", "Net, A", "Heat"]), "name")
    assert values.names == ["Heat", "Net, A", "Postman, The"]


def test_numbers_are_values_too():
    assert spelt(values_of(items(year=[1995, 1995, 1999]), "year")) == [["1995"], ["1995"], ["1999"]]


def test_an_attribute_that_is_not_there_is_said_with_what_is_near():
    with pytest.raises(
        ComponentError, match=r"no attribute 'genre'; they have 'genres'\. Did you mean 'genres'"
    ):
        values_of(items(genres=["x"]), "genre")


def test_an_attribute_without_a_value_is_said():
    with pytest.raises(ComponentError, match="no item has a value of the attribute 'kind'"):
        values_of(items(kind=pl.Series([None, None], dtype=pl.String)), "kind")


def test_only_attributes_that_sort_items_into_groups_repeat():
    assert repeats(values_of(items(kind=["a", "b"] * 4), "kind"))
    assert not repeats(values_of(items(kind=list("abcdefgh")), "kind"))
    assert not repeats(values_of(items(kind=["a"] * 8), "kind"))
