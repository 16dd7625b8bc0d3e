import pytest

from palate.errors import RecipeError
from palate.recipe.yaml import parse, parse_value


def test_every_value_knows_its_line_and_column():
    node = parse("a: 1\nb:\n  - x\n  - {c: 2.5}\n", "r.yaml")
    inner = node.mapping["b"].value[1].mapping["c"]
    assert (inner.value, str(inner.origin)) == (2.5, "r.yaml:4:9")
    assert str(node.keys["b"]) == "r.yaml:2:1"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("on", "on"), ("no", "no"), ("12:30", "12:30"), ("2020-01-01", "2020-01-01"),
     ("true", True), ("007", 7), (".inf", float("inf")), ("~", None), ("'5'", "5"), ("-.5", -0.5)],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text, value):
    found = parse(f"a: {text}", "r").mapping["a"].value
    assert found == value
    assert type(found) is type(value)


def test_a_key_written_twice_is_an_error_that_names_the_first():
    with pytest.raises(RecipeError) as caught:
        parse("a: 1\nb: 2\na: 3\nb: 4\n", "r.yaml")
    assert [str(problem) for problem in caught.value.problems] == [
        "r.yaml:3:1  a: this key stands already in line 1; keep one of the two",
        "r.yaml:4:1  b: this key stands already in line 2; keep one of the two",
    ]


def test_bad_syntax_says_where():
    with pytest.raises(RecipeError, match=r"r\.yaml:2:\d+  not YAML"):
        parse("a: [1,\nb: }\n", "r.yaml")


def test_an_empty_file_is_an_empty_mapping():
    assert parse("# nothing\n", "r").plain() == {}


@pytest.mark.parametrize("text", ["::", "|", "\t", " ", "#", "-", ";", "%", "*", "||", ""])
def test_marks_alone_are_text_on_the_command_line(text):
    assert parse_value(text, "--set").value == text


@pytest.mark.parametrize(("text", "value"), [("~", None), ("7", 7), ("null", None), ("[]", [])])
def test_other_values_of_the_command_line_are_yaml(text, value):
    assert parse_value(text, "--set").value == value
