import datetime

import polars as pl
import pytest

from palate import Items
from palate.errors import ComponentError
from palate_text.template import Template


def items(**columns):
    n = len(next(iter(columns.values())))
    return Items(pl.DataFrame({"id": range(n), **columns}))


def texts(template, **columns):
    return Template(template).apply(items(**columns)).text.to_list()


def test_fills_in_the_columns_and_keeps_what_stands_around_them():
    given = {"title": ["Heat", "Alien"], "year": [1995, 1979]}
    assert texts("{title} ({year}), a film", **given) == ["Heat (1995), a film", "Alien (1979), a film"]


def test_lists_are_joined_by_commas():
    assert texts("{genres}", genres=[["Crime", "Drama"], ["Horror"]]) == ["Crime, Drama", "Horror"]


def test_missing_values_give_nothing():
    given = {"title": ["Heat", "Alien", "Big"], "genres": [["Crime", None], None, []]}
    assert texts("{title}. {genres}", **given) == ["Heat. Crime", "Alien. ", "Big. "]


def test_an_item_with_none_of_the_columns_has_an_empty_text():
    assert texts("{title}. {genres}", title=["", None], genres=[None, ["Crime"]]) == ["", ". Crime"]


def test_numbers_dates_and_lists_of_numbers_become_text():
    given = {"day": [datetime.date(1995, 12, 15)], "codes": [[1, 2]], "score": [7.5]}
    assert texts("{day} {codes} {score}", **given) == ["1995-12-15 1, 2 7.5"]


def test_categories_and_fixed_width_arrays_become_text():
    frame = pl.DataFrame(
        {"id": [0], "kind": ["film"], "pair": [["a", "b"]]},
        schema={"id": pl.Int64, "kind": pl.Categorical, "pair": pl.Array(pl.String, 2)},
    )
    assert Template("{kind}: {pair}").apply(Items(frame)).text.to_list() == ["film: a, b"]


def test_doubled_braces_stand_for_braces():
    assert texts("{{{title}}}", title=["Heat"]) == ["{Heat}"]


def test_a_later_template_can_use_the_earlier_text():
    first = Template("{title}").apply(items(title=["Heat"]))
    assert Template("A film: {text}").apply(first).text.to_list() == ["A film: Heat"]


def test_an_unknown_column_is_named_with_the_nearest_and_all_there_are():
    with pytest.raises(ComponentError) as error:
        texts("{titel}", title=["Heat"], year=[1995])
    assert str(error.value) == (
        "preprocessor 'template': items have no column 'titel'. Did you mean 'title'? "
        "There are id, title, year."
    )


@pytest.mark.parametrize("template", ["{title", "title}", "{}", "{title!r}", "{title:>5}"])
def test_what_is_no_column_name_is_refused_in_words(template):
    with pytest.raises(ComponentError, match=r"preprocessor 'template': .*template"):
        texts(template, title=["Heat"])


@pytest.mark.parametrize("template", ["{title.year}", "{title[0]}", "{title.__class__}"])
def test_a_template_reaches_into_nothing(template):
    with pytest.raises(ComponentError, match="items have no column 'title"):
        texts(template, title=["Heat"])


def test_a_template_without_columns_is_refused():
    with pytest.raises(ComponentError, match=r"names no column.*\{id\}, \{title\}"):
        texts("a film", title=["Heat"])


def test_a_column_that_is_no_text_is_refused():
    with pytest.raises(ComponentError, match="column 'cast' holds Struct"):
        texts("{cast}", cast=[{"name": "De Niro"}])
