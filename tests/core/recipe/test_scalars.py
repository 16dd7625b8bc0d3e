"""Scalars that YAML 1.1 takes for something else, from the file to what is recommended."""

from pathlib import Path

import pytest

import palate
from palate.errors import RecipeError
from palate.recipe import load_recipe
from palate.recipe.scalars import dump
from palate.recipe.yaml import parse

HERE = Path(__file__).parent / "scalars"
KNN = "branches.knn.rank"


@pytest.mark.parametrize(
    ("text", "value"),
    [("010", 10), ("0012", 12), ("08", 8), ("0o14", 12), ("0x1F", 31), ("-08", -8), ("+5", 5),
     ("1_000", "1_000"), ("0b11", "0b11"), ("-0x1", "-0x1"), ("NO", "NO"), ("on", "on"), ("yes", "yes"),
     ("1e-3", 0.001), ("1e3", 1000.0), ("6.", 6.0), ("-.5", -0.5), ("1e999", float("inf")),
     (".inf", float("inf")), ("-.Inf", -float("inf")), ("inf", "inf"), ("nan", "nan"), ("1:30", "1:30"),
     ("2020-01-01", "2020-01-01"), ("2020-01-01 10:00:00", "2020-01-01 10:00:00"), ("=", "="),
     ("TRUE", True), ("tRUE", "tRUE"), ("~", None), ("", None), ("'010'", "010"), ("!!str 010", "010"),
     ("!!int 010", 10), ("!!float 1", 1.0), ("<<", "<<")],
)  # fmt: skip
def test_a_scalar_is_what_yaml_1_2_says(text, value):
    found = parse(f"a: {text}", "r").mapping["a"].value
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_one_in_yaml():
    assert parse("a: .nan", "r").mapping["a"].value != parse("a: .nan", "r").mapping["a"].value


def test_a_number_remembers_how_it_was_written():
    assert str(parse("[0012]", "r").written()[0].text) == "0012"
    assert dump(parse("[0012, 1e3, 3]", "r").written(), default_flow_style=True) == "[0012, 1e3, 3]\n"


@pytest.mark.parametrize(
    "value", ["010", "NO", "1e3", "08", "0o14", "1_000", "~", "true", "2020-01-01", "", "<<"]
)
def test_text_that_is_written_reads_back_the_same(value):
    assert parse(dump({"a": [value]}), "r").plain() == {"a": [value]}


@pytest.mark.parametrize(("text", "value"), [("010", 10), ("08", 8), ("0x10", 16), ("0012", 12)])
def test_a_whole_number_with_leading_zeros_is_decimal(text, value, monkeypatch):
    monkeypatch.chdir(HERE)
    recipe = load_recipe("r9.yaml", [f"branches.knn.rank.neighbours={text}"])
    assert recipe.branches[0].rank.options["neighbours"] == value


def test_ids_and_values_of_rules_stay_as_they_were_written(monkeypatch):
    monkeypatch.chdir(HERE)
    (rules,) = load_recipe("r10.yaml", ["rerank=[{use: rules, pin: [0008, 12, 1_0]}]"]).rerank
    assert rules.options["pin"] == ["0008", 12, "1_0"]
    (rules,) = load_recipe("r10.yaml").rerank
    values = ["NO", "on", "yes", "1e3", "2020-01-01", "1_000"]
    assert rules.options["exclude"][0]["values"] == values
    (rules,) = load_recipe("r11.yaml").rerank
    assert rules.options["exclude"][0]["values"] == ["012"]


@pytest.mark.parametrize(("name", "first"), [("r", "0012"), ("r8", "0008"), ("r10", "0008")])
def test_a_pinned_id_with_leading_zeros_is_recommended_first(name, first, monkeypatch, tmp_path):
    monkeypatch.chdir(HERE)
    run = palate.run(f"{name}.yaml", folder=tmp_path / "runs", store=tmp_path / "store")
    assert run.recipe["rerank"][0]["pin"] == [first]
    found = run.recommend(history=["0001"], k=3)["item"].to_list()
    assert str(found[0]).zfill(4) == first


def test_an_item_is_excluded_by_a_value_with_a_leading_zero_even_where_it_is_pinned(monkeypatch, tmp_path):
    monkeypatch.chdir(HERE)
    run = palate.run("r11.yaml", folder=tmp_path / "runs", store=tmp_path / "store")
    found = {str(item).zfill(4) for item in run.recommend(history=["0001"], k=40)["item"]}
    assert not found & {"0008", "0017", "0026", "0035"}
    assert "0007" in found


def test_a_number_is_pinned_where_ids_are_numbers(monkeypatch, tmp_path):
    (tmp_path / "e.csv").write_text("user,item,time\n" + "".join(f"{u},{i},{u * 50 + i}\n"
                                    for u in range(9) for i in range(10, 20) if (u + i) % 4))  # fmt: skip
    text = (HERE / "pinint.yaml").read_text().replace("../22-titles/e.csv", "e.csv")
    (tmp_path / "r.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    run = palate.run("r.yaml", folder=tmp_path / "runs", store=tmp_path / "store")
    assert run.recipe["branches"]["knn"]["rank"]["neighbours"] == 10
    assert run.recommend(history=[10], k=3)["item"].to_list()[0] == 12


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (f"{KNN}.neighbours=08.5", f"{KNN}.neighbours: must be a whole number; got 8.5"),
        (f"{KNN}={{use: ease, l2: .inf}}", f"{KNN}.l2: must be a finite number or 'auto'; got inf"),
        (f"{KNN}={{use: ease, l2: 1e999}}", f"{KNN}.l2: must be a finite number or 'auto'; got inf"),
        (f"{KNN}={{use: ease, l2: .nan}}", f"{KNN}.l2: must be a finite number or 'auto'; got nan"),
        (f"{KNN}.neighbours={'9' * 20}", f"{KNN}.neighbours: must be a whole number of at most 18 digits"),
        (f"evaluate=ndcg@{'1' * 20}", "evaluate: a metric looks at 100000 items of a ranking at most"),
        (f"evaluate=ndcg@{'1' * 5000}", "evaluate: a metric looks at 100000 items of a ranking at most"),
        ("evaluate={use: ndcg, k: 100001}", "evaluate: a metric looks at 100000 items of a ranking at most"),
        ("evaluate=ndcg@²", "evaluate: behind @ stands how many items are looked at, as in ndcg@10; got '²'"),
        (f"name={'n' * 300}", "name: has letters, digits, - and _ only (at most 100 characters); got 'nnn"),
        (f"branches={{{'b' * 300}: {{rank: ease}}}}", "a branch's name has at most 100 letters, digits"),
        ("seed=9999999999999999999", "seed: must be a whole number from 0 to 4294967295; got 9999"),
    ],
)  # fmt: skip
def test_numbers_and_names_that_nothing_can_hold_are_refused_before_computing(setting, said, monkeypatch):
    monkeypatch.chdir(HERE)
    with pytest.raises(RecipeError) as caught:
        load_recipe("r9.yaml", [setting])
    assert str(caught.value).count("\n") == (1 if setting.startswith("branches=") else 0)
    assert said in str(caught.value)
