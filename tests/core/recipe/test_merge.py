import pytest

from palate.recipe.merge import merge
from palate.recipe.yaml import parse


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ("a: {x: 1, y: 2}", "a: {y: 3}", {"a": {"x": 1, "y": 3}}),
        ("a: [1, 2]", "a: [3]", {"a": [3]}),
        ("a: {x: 1}\nb: 2", "a: null", {"b": 2}),
        ("a: {use: mean, k: 1}", "a: {use: last, n: 2}", {"a": {"use": "last", "n": 2}}),
        ("a: {use: mean, k: 1}", "a: {use: mean, n: 2}", {"a": {"use": "mean", "k": 1, "n": 2}}),
        ("a: {use: mean, k: 1}", "a: {k: 2}", {"a": {"use": "mean", "k": 2}}),
        ("fuse: mean", "fuse: {k: 2}", {"fuse": {"use": "mean", "k": 2}}),
        ("fuse: {w: tune}", "fuse: {w: {x: 2}}", {"fuse": {"w": {"x": 2}}}),
        ("a: {use: mean, k: 1}", "a: last", {"a": "last"}),
        ("a: 1", "b: {c: null, d: 1}", {"a": 1, "b": {"d": 1}}),
    ],
    ids=["mappings merge", "lists replace", "null removes", "another use drops options", "same use keeps",
         "options alone keep the use", "a bare name takes options", "an option is no block",
         "a bare name replaces", "no nulls stay"],
)  # fmt: skip
def test_the_one_merge_rule(base, over, merged):
    assert merge(parse(base, "base"), parse(over, "over")).plain() == merged


def test_merged_values_keep_their_places():
    merged = merge(parse("a: {x: 1, y: 2}", "base"), parse("a:\n  y: 3", "over"))
    assert str(merged.mapping["a"].mapping["x"].origin) == "base:1:8"
    assert str(merged.mapping["a"].mapping["y"].origin) == "over:2:6"
