import jsonschema
import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Ranking, Training
from palate.errors import ComponentError
from palate.recipe.schema import schema
from palate.registry import installed
from palate_reranking.rules import Rules, Where

ITEMS = pl.DataFrame(
    {
        "id": [10, 11, 12, 13, 14],
        "year": [1980, 1990, 2000, 2010, None],
        "genres": [["a"], ["a", "b"], ["b"], ["c"], []],
    }
)


def fitted(**options):
    known = Training(History.from_lists([[0]], 5), Items(ITEMS), pl.DataFrame({"id": [0]}))
    return Rules(**options).fit(known)


def order(rules, items=(0, 1, 2, 3, 4)):
    query = Query(np.array([-1], np.int32), History.from_lists([[]], 5))
    scores = -np.arange(len(items), dtype=np.float32)
    found = rules.rerank(query, Ranking(query.users, np.array([items], np.int32), scores[None]))
    there = found.items[0] >= 0
    assert found.scores[0][there].tolist() == [-float(items.index(item)) for item in found.items[0][there]]
    return found.items[0].tolist()


def test_without_rules_nothing_changes():
    assert order(fitted()) == [0, 1, 2, 3, 4]


def test_what_is_excluded_is_not_shown():
    assert order(fitted(exclude=[Where("genres", ["b"])])) == [0, 3, 4, -1, -1]
    assert order(fitted(exclude=[Where("year", min=2000)])) == [0, 1, 4, -1, -1]


def test_only_what_meets_every_condition_is_shown_and_an_item_without_the_attribute_is_not():
    assert order(fitted(only=[Where("year", max=2000)])) == [0, 1, 2, -1, -1]
    assert order(fitted(only=[Where("year", min=1990), Where("genres", ["a", "c"])])) == [1, 3, -1, -1, -1]


def test_what_is_boosted_moves_up_by_so_many_places_and_no_more():
    assert order(fitted(boost=[Where("genres", ["c"])], places=2)) == [0, 3, 1, 2, 4]
    assert order(fitted(boost=[Where("genres", ["c"])], places=50)) == [3, 0, 1, 2, 4]
    assert order(fitted(boost=[Where("genres", ["b"])], places=1)) == [1, 0, 2, 3, 4]


def test_pinned_items_come_first_in_their_order():
    assert order(fitted(pin=[13, 11])) == [3, 1, 0, 2, 4]
    assert order(fitted(pin=[13]), items=(0, 1, 2)) == [0, 1, 2]


def test_an_excluded_item_is_not_shown_although_it_is_pinned_or_boosted():
    assert order(fitted(pin=[13], exclude=[Where("genres", ["c"])])) == [0, 1, 2, 4, -1]


def test_what_it_leaves_out_is_gone_before_the_best_are_taken_so_that_it_asks_for_no_more():
    assert fitted().pool(10) == 50
    some = fitted(exclude=[Where("genres", ["b"])])
    assert some.pool(1) == 5
    query = Query(np.array([-1, -1], np.int32), History.from_lists([[], [0]], 5))
    assert some.allows(query).tolist() == [[True, False, False, True, True]] * 2
    assert fitted(pin=[10]).pool(1) == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"exclude": [Where("genre", ["a"])]}, "the attribute 'genre'; they have year, genres"),
        ({"exclude": [Where("genres", ["A"])]}, "no item has 'A' as 'genres'"),
        ({"boost": [Where("genres", min=3)]}, "'genres' is not a number"),
        ({"pin": [10, 99]}, "there is no item '99' to pin"),
    ],
)
def test_a_rule_that_cannot_hold_is_said(options, said):
    with pytest.raises(ComponentError, match=said):
        fitted(**options)


def test_numbers_may_be_values():
    assert order(fitted(exclude=[Where("year", [1990])])) == [0, 2, 3, 4, -1]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"attribute": "genres"}, "a condition on 'genres' has either `values`, or `min` or `max`"),
        ({"attribute": "year", "values": [1980], "min": 3}, "has either `values`, or `min` or `max`"),
        ({"attribute": "genres", "value": ["a"]}, "value"),
        ({"values": ["a"]}, "attribute is required"),
    ],
)
def test_a_condition_that_is_none_is_refused_before_anything_is_computed(condition, said):
    component = installed().find("reranker", "rules")
    _, problems = component.check({"exclude": [condition]})
    (problem,) = problems.values()
    assert said in problem
    assert component.check({"exclude": [{"attribute": "genres", "values": ["a"]}]})[1] == {}


def test_the_schema_of_recipes_knows_what_a_condition_is():
    whole = schema(installed())
    recipe = {"recipe": 1, "rerank": [{"use": "rules", "only": [{"attribute": "year", "min": 1990}]}]}
    jsonschema.validate(recipe, whole)
    recipe["rerank"][0]["only"][0]["lest"] = 3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(recipe, whole)
