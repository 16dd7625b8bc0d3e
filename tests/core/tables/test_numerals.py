"""Numbers as people write them."""

import polars as pl
import pytest

from palate.tables.numerals import Numerals


def read(*texts, **options):
    values = pl.Series("x", texts)
    return Numerals.of(values, **options).read(values).to_list()


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1.5", "2", "-3e2"], [1.5, 2.0, -300.0]),
        (["1,5", "2", "-3,25"], [1.5, 2.0, -3.25]),
        (["1.234,5", "2"], [1234.5, 2.0]),
        (["1,234.5", "2"], [1234.5, 2.0]),
        (["1.234.567"], [1234567.0]),
        (["1 234,5", "1\u00a0234", "7"], [1234.5, 1234.0, 7.0]),
        (["1'234.50", "2"], [1234.5, 2.0]),
        (["12,99 €", "€ 1"], [12.99, 1.0]),
        (["$1,234.50", "$2"], [1234.5, 2.0]),
        (["EUR 3,5", "4 kr"], [3.5, 4.0]),
        (["45%", "7.5 %"], [45.0, 7.5]),
        (["\u22121,5", "2"], [-1.5, 2.0]),
        (["0,123", "0,500"], [0.123, 0.5]),
    ],
)
def test_the_way_that_reads_all_is_found(texts, numbers):
    assert read(*texts) == numbers


def test_commas_before_three_digits_are_thousands_unless_semicolons_part_the_columns():
    assert read("1,234", "6,170") == [1234.0, 6170.0]
    assert Numerals.of(pl.Series(["1,234"]), semicolons=True).ambiguous
    assert read("1,234", decimal=",") == [1.234]
    assert read("1,234", thousands=",", semicolons=True) == [1234.0]
    assert read("1.234", decimal=",", thousands=".") == [1234.0]


def test_what_is_no_number_is_null():
    assert read("1,5", "2,5", "many", "1,2,3") == [1.5, 2.5, None, None]
    assert read("many", "few") == [None, None]
