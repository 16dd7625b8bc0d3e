"""Texts that are hard on a reader of YAML: each ends in one clear problem with its place."""

import pytest

from palate.errors import RecipeError
from palate.recipe.load import read
from palate.recipe.yaml import Origin, of_plain, parse


def problem(text):
    with pytest.raises(RecipeError) as caught:
        parse(text, "r.yaml")
    (found,) = caught.value.problems
    return str(found)


def bomb():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 9)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bomb(), "r.yaml  has more than 100,000 values, with what its aliases stand for"),
        ("a: &x [*x]", "r.yaml:1:4  this value holds itself, through an alias"),
        ("a: &x {b: *x}", "r.yaml:1:4  this value holds itself, through an alias"),
        ("a: *x", "r.yaml:1:4  not YAML: found undefined alias 'x'"),
        ("a: b\x07c", "r.yaml:1:5  not YAML: the character U+0007 cannot stand in a text file"),
        ("a: 1\nb: \x00", "r.yaml:2:4  not YAML: the character U+0000 cannot stand in a text file"),
        ('a: "\\UFFFFFFFF"', "r.yaml:1:7  not YAML: an escape that stands for no character"),
        ('a: "\\ud800"', "r.yaml:1:4  text cannot have the character '\\ud800'"),
        ('a: "\\0"', "r.yaml:1:4  text cannot have the character '\\x00'"),
        ("a: !!int abc", "r.yaml:1:4  must be a whole number, as its tag !!int says; got 'abc'"),
        ("a: !!float 1_0", "r.yaml:1:4  must be a number, as its tag !!float says; got '1_0'"),
        ("a: !!bool yes", "r.yaml:1:4  must be true or false, as its tag !!bool says; got 'yes'"),
        ("a: !!timestamp 2020-01-01", "there is no !!timestamp in a recipe, only text, numbers"),
        ("a: !!binary aGk=", "r.yaml:1:4  there is no !!binary in a recipe, only text, numbers"),
        ("a: !mine x", "r.yaml:1:4  there is no !mine in a recipe, only text, numbers"),
        ("a: !!python/name:os.system", "there is no !!python/name:os.system in a recipe"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "there is no !!python/object/apply:os.system in a recipe",
        ),
        ("a: !!set {b, c}", "r.yaml:1:4  there is no !!set in a recipe, only lists and mappings"),
        ("a: " + "9" * 5000, "r.yaml:1:4  a whole number has at most 100 digits; this has 5000"),
        ("a: " + "[" * 5000, "values lie at most 50 deep in one another"),
        ("\n".join("  " * at + "a:" for at in range(300)), "values lie at most 50 deep in one another"),
        ("? [a, b]\n: 1", "r.yaml:1:3  a key must be text"),
        ("a: 1\n---\nb: 2", "r.yaml:2:1  not YAML: expected a single document in the stream"),
        ("\ta: 1", "r.yaml:1:1  not YAML: while scanning for the next token found character '\\t'"),
        ("a: 'x", "not YAML: while scanning a quoted scalar found unexpected end of stream"),
        ("%YAML 9.9\n---\na: 1", "not YAML: found incompatible YAML document"),
    ],
    ids=range(26),
)
def test_it_is_one_problem_with_its_place(text, said):
    assert said in problem(text)


def test_a_recipe_of_many_megabytes_is_not_read():
    assert problem("a: " + "x" * 10_000_000) == "r.yaml  a recipe has at most 10,000,000 characters"


def test_an_alias_that_unfolds_to_little_is_read():
    assert parse("a: &x [1, 2]\nb: *x\n", "r").plain() == {"a": [1, 2], "b": [1, 2]}


def test_a_mapping_of_python_that_holds_itself_is_refused():
    loop = {}
    loop["a"] = [loop]
    with pytest.raises(RecipeError, match=r"<recipe>  a\[0\]: this value holds itself"):
        read(loop)


@pytest.mark.parametrize("wrong", [object(), {1, 2}, b"x"])
def test_a_python_value_that_no_recipe_can_hold_is_refused(wrong):
    said = "<recipe>  a.b: must be text, a number, true, false, null, a list or a mapping; got "
    with pytest.raises(RecipeError, match=said + type(wrong).__name__):
        of_plain({"b": wrong}, Origin("<recipe>"), "a")


def test_a_long_chain_of_recipes_is_refused(tmp_path):
    for at in range(200):
        (tmp_path / f"r{at}.yaml").write_text(f"extends: r{at + 1}.yaml\n")
    (tmp_path / "r200.yaml").write_text("recipe: 1\n")
    with pytest.raises(RecipeError, match="extends: the recipes extend one another more than 50 deep"):
        read(tmp_path / "r0.yaml")
    assert read(tmp_path / "r160.yaml").plain() == {"recipe": 1}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (".".join(["a"] * 3000) + "=1", "--set  a path has at most 50 parts; this has 3000"),
        ("a..b=1", "--set  must look like a.b.c=value; got the path 'a..b'"),
        ("=1", "--set  must look like a.b.c=value; got the path ''"),
        ("rerank[0].x=1", "--set  a list is set as a whole, rerank=[...]; got the path 'rerank[0].x'"),
        ("seed", "--set  must look like a.b.c=value; got 'seed'"),
        ("fuse={a: [}", "--set  fuse: not YAML: while parsing a flow node expected the node content, but "
         "found '}', at character 6 of the value"),
        ("fuse={a: 1, a: 2}", "--set  fuse.a: this key stands already in line 1; keep one of the two, at "
         "character 8 of the value"),
        ("seed=!!int x", "--set  seed: must be a whole number, as its tag !!int says; got 'x', at"),
    ],
)  # fmt: skip
def test_a_bad_setting_says_its_path_once(tmp_path, setting, said):
    (tmp_path / "r.yaml").write_text("recipe: 1\n")
    with pytest.raises(RecipeError) as caught:
        read(tmp_path / "r.yaml", [setting])
    (problem,) = caught.value.problems
    assert str(problem).startswith(said)


@pytest.mark.parametrize("name", ["nothing", "n" * 5000, "a\0b"])
def test_a_recipe_that_is_nowhere_is_named_once(name):
    with pytest.raises(RecipeError) as caught:
        read(name)
    assert str(caught.value).startswith("there is no file '")
