import pytest

from palate.errors import RecipeError
from palate.recipe import load_recipe
from palate.recipe.merge import merge
from palate.recipe.search import settle, spaces
from palate.recipe.searched import check_searched, instances
from palate.recipe.yaml import parse
from palate.registry import installed

BASE = """\
recipe: 1
data:
  source: {use: movielens, size: 100k}
  split: {use: random, validation: 0.2}
branches:
  near: {rank: %s}
"""


def found(text):
    return [space for space, _ in spaces(parse(text, "r"))]


def problems(rank, extra=""):
    with pytest.raises(RecipeError) as caught:
        check_searched(parse(BASE % rank + extra, "r"), installed())
    return [str(problem) for problem in caught.value.problems]


def test_spaces_are_found_in_options_in_blocks_in_lists_and_in_one_another():
    text = (
        "branches: {a: {transform: [l2, {use: pca, components: {search: int, low: 2, high: 9}}], "
        "rank: {search: choice, values: [popularity, {use: ease, l2: {search: log, low: 1, high: 9}}]}}}\n"
        "fuse: {use: weighted, weights: {a: {search: float, low: 0, high: 1}}}\n"
    )
    assert [space.path for space in found(text)] == [
        "branches.a.transform[1].components",
        "branches.a.rank",
        "branches.a.rank(ease).l2",
        "fuse.weights.a",
    ]


def test_a_block_with_an_option_called_search_is_no_space():
    assert found("branches: {a: {rank: {use: mine, search: deep}}}") == []


def test_settling_puts_a_value_in_each_place_and_null_removes():
    tree = parse(
        "a: {search: choice, values: [null, x]}\nb: [{search: choice, values: [null]}, y]\nc: null\n"
        "d: {search: choice, values: [{use: z, k: {search: int, low: 1, high: 3}}]}\n",
        "r",
    )
    settled = settle(tree, lambda space: space.extremes()[0])
    assert settled.plain() == {"b": ["y"], "c": None, "d": {"use": "z", "k": 1}}


def test_every_bound_and_value_comes_up_in_some_instance():
    text = (
        "a: {search: choice, values: [p, {use: e, l2: {search: log, low: 2, high: 8}}]}\n"
        "b: {search: int, low: 1, high: 3}\n"
    )
    tree = parse(text, "r")
    plain = [settled.plain() for _, settled in instances(tree, found(text))]
    assert [each["a"] for each in plain] == [
        "p", {"use": "e", "l2": 2.0}, {"use": "e", "l2": 2.0}, {"use": "e", "l2": 8.0}, "p", "p",
    ]  # fmt: skip
    assert [each["b"] for each in plain] == [1, 1, 1, 1, 1, 3]


@pytest.mark.parametrize(
    ("space", "grid"),
    [
        ("{search: log, low: 1, high: 10000}", [1, 10, 100, 1000, 10000]),
        ("{search: float, low: 0, high: 1, points: 3}", [0, 0.5, 1]),
        ("{search: float, low: 0, high: 1, step: 0.3}", [0, 0.3, 0.6, 0.9]),
        ("{search: int, low: 3, high: 6}", [3, 4, 5, 6]),
        ("{search: int, low: 10, high: 50, step: 20}", [10, 30, 50]),
        ("{search: int, low: 1, high: 100, points: 4}", [1, 34, 67, 100]),
        ("{search: choice, values: [x, {use: y, k: 1}, 3, null]}", ["x", "y", "3", "null"]),
    ],
)
def test_a_grid_is_even_on_the_scale_of_its_space(space, grid):
    assert list(found(f"a: {space}")[0].grid()) == pytest.approx(grid)


def test_values_of_one_component_are_called_by_all_they_are():
    (space,) = found("a: {search: choice, values: [{use: e, k: 1}, {use: e, k: 2}, p]}")
    assert space.grid() == ("{use: e, k: 1}", "{use: e, k: 2}", "p")


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        ("{use: ease, l2: {search: log, low: 9, high: 2}}", "6:51  branches.near.rank.l2: low must be less"),
        (
            "{use: ease, l2: {search: log, low: 0, high: 2}}",
            "6:51  branches.near.rank.l2: a log search needs",
        ),
        (
            "{use: ease, l2: {search: float, low: -3, high: 2}}",
            "6:53  branches.near.rank.l2: must be greater",
        ),
        (
            "{use: ease, l3: {search: log, low: 1, high: 2}}",
            "6:28  branches.near.rank.l3: ranker 'ease' has no",
        ),
        ("{use: ease, l2: {search: lag, low: 1, high: 2}}", "search must be one of log, float, int, choice"),
        (
            "{use: ease, l2: {search: [1, 2]}}",
            "got [1, 2]. Values to choose from are written {search: choice",
        ),
        ("{use: ease, l2: {search: null}}", "int, choice; got null."),
        ("{use: ease, l2: {search: {low: 1}}}", "got {'low': 1}."),
        ("{use: ease, l2: {search: log, low: 1}}", "a log search needs `high`"),
        ("{use: ease, l2: {search: log, low: 1, high: 2, step: 1}}", "a log search has no 'step'."),
        ("{use: ease, l2: {search: log, low: 1, high: 2, hihg: 2}}", "has no 'hihg'. Did you mean 'high'?"),
        ("{use: ease, l2: {search: float, low: 1, high: many}}", "high must be a number; got 'many'"),
        ("{use: ease, l2: {search: float, low: 1, high: 2, step: 0}}", "step must be greater than 0; got 0"),
        (
            "{use: ease, l2: {search: float, low: 1, high: 2, step: 5}}",
            "step must be at most high - low, 1; got 5",
        ),
        ("{use: ease, l2: {search: float, low: 1, high: 2, points: 1}}", "points must be 2 or more; got 1"),
        (
            "{use: item-knn, neighbours: {search: int, low: 1.5, high: 2}}",
            "low must be a whole number; got 1.5",
        ),
        ("{search: choice, values: []}", "a choice needs `values`, a list of what may stand here"),
        ("{search: choice, values: [ease, ease]}", "ease stands twice among the values"),
        ("{search: choice, values: [ease, esae]}", "there is no ranker 'esae'. Did you mean 'ease'?"),
        ("ease", "r:1:1  has no search space, so there is nothing to tune"),
    ],
)
def test_what_is_wrong_with_a_space_is_said_with_its_place(rank, said):
    lines = problems(rank)
    assert len(lines) == 1
    assert said in lines[0]


def test_a_float_search_over_a_whole_number_is_wrong_at_both_ends():
    lines = problems("{use: item-knn, neighbours: {search: float, low: 1, high: 2}}")
    assert [line.split("  ")[0] for line in lines] == ["r:6:65", "r:6:74"]
    assert all("neighbours: must be a whole number; got" in line for line in lines)


def test_data_split_and_metrics_cannot_be_searched():
    rank = "{use: ease, l2: {search: log, low: 1, high: 2}}"
    lines = problems(rank, "top: {search: int, low: 5, high: 9}\n")
    assert "top: cannot be searched: only what is under branches, fuse, fallback, rerank can" in lines[0]


def test_problems_of_spaces_come_together_with_those_of_the_rest():
    lines = problems("{use: ease, l2: {search: log, low: 0, high: 2}}", "evaluate: [ndgc@10]\n")
    assert len(lines) == 2
    assert "there is no metric 'ndgc'" in lines[1]


def test_a_recipe_with_a_space_is_for_tuning_and_not_for_running(tmp_path):
    (tmp_path / "r.yaml").write_text(BASE % "{use: ease, l2: {search: log, low: 1, high: 2}}")
    with pytest.raises(RecipeError) as caught:
        load_recipe(tmp_path / "r.yaml")
    assert [str(problem) for problem in caught.value.problems] == [
        f"{tmp_path / 'r.yaml'}:6:32  branches.near.rank.l2: is a search space: find a value with "
        "`palate tune`, or give one"
    ]


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ("a: {search: choice, values: [x]}", "a: {use: y, k: 1}", {"a": {"use": "y", "k": 1}}),
        ("a: {search: log, low: 1, high: 2}", "a: 3", {"a": 3}),
        ("a: {search: log, low: 1, high: 2}", "a: {high: 9}", {"a": {"search": "log", "low": 1, "high": 9}}),
        ("a: {search: log, low: 1, high: 2}", "a: {search: int, low: 1}", {"a": {"search": "int", "low": 1}}),
        (
            "a: {use: y, k: 1}",
            "a: {search: choice, values: [x]}",
            {"a": {"search": "choice", "values": ["x"]}},
        ),
        ("a: y", "a: {search: choice, values: [x]}", {"a": {"search": "choice", "values": ["x"]}}),
    ],
)
def test_a_space_gives_way_to_a_block_and_a_block_to_a_space(base, over, merged):
    assert merge(parse(base, "base"), parse(over, "over")).plain() == merged
