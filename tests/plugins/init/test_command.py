"""`palate init` on the command line."""

import json
import shlex

import pytest

from palate.cli import main
from palate_init.offer import offer

ROWS = "user,item,rating,note\n" + "".join(f"{n % 9},{n * 7 % 11},{n % 5 + 1},x{n}\n" for n in range(90))


@pytest.fixture
def palate(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "ratings.csv").write_text(ROWS)

    def call(*words):
        code = main([*words])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return call


def test_it_writes_a_recipe_that_runs_and_the_schema_that_it_names(palate, tmp_path):
    code, shown = palate("init", "ratings.csv")
    assert code == 0
    assert "note: not used: 'note'" in shown
    assert "wrote recipe.yaml" in shown
    assert "$schema=recipe.schema.json" in (tmp_path / "recipe.yaml").read_text()
    assert json.loads((tmp_path / "recipe.schema.json").read_text())["title"] == "palate recipe"
    assert palate("run", "recipe.yaml")[0] == 0


def test_it_writes_over_nothing_that_is_not_its_own(palate, tmp_path):
    (tmp_path / "recipe.schema.json").write_text('{"mine": 1}')
    assert palate("init", "ratings.csv")[0] == 0
    assert "$schema" not in (tmp_path / "recipe.yaml").read_text()
    assert (tmp_path / "recipe.schema.json").read_text() == '{"mine": 1}'
    code, shown = palate("init", "ratings.csv")
    assert code == 2
    assert "recipe.yaml exists already" in shown
    assert palate("init", "ratings.csv", "--force")[0] == 0


@pytest.mark.parametrize("content", ["", "user\n1\n", "<!doctype html>", "a,b\n"])
def test_what_is_no_table_of_events_is_refused_in_one_sentence_and_nothing_is_written(
    palate, tmp_path, content
):
    (tmp_path / "bad.csv").write_text(content)
    code, shown = palate("init", "bad.csv")
    assert code == 2
    assert "bad.csv" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "recipe.yaml").exists()


def test_the_search_that_it_offers_runs_when_pasted_and_has_the_data_and_texts_of_the_recipe(
    palate, tmp_path
):
    pytest.importorskip("optuna")
    (tmp_path / "items.csv").write_text("item,title\n" + "".join(f"{n},It's no {n}\n" for n in range(11)))
    (tmp_path / "my ratings.csv").write_text(ROWS)
    assert palate("init", "my ratings.csv", "items.csv")[0] == 0
    search = offer((tmp_path / "recipe.yaml").read_text().replace("all-MiniLM-L6-v2", "x"))
    assert '"model": "x"' in search or "tfidf" in search
    shown = palate("init", "my ratings.csv", "--force")[1]
    program, *words = shlex.split(shown.strip().splitlines()[-1])
    assert (program, *words[:4]) == ("palate", "tune", "auto", "--minutes", "10")
    words[3] = "0.0001"
    code, said = palate(*words)
    assert code == 0, said
    tuned = (tmp_path / "auto-tuned.yaml").read_text()
    assert "my ratings.csv" in tuned
    assert "like: 4" in tuned


def test_no_search_is_offered_where_nothing_is_left_to_validate_on():
    recipe = "data: {source: {use: files}, split: {use: random, validation: %s}}\nbranches: {p: {rank: x}}\n"
    assert offer(recipe % "0") == ""
    assert offer(recipe % "0.1").startswith("palate tune auto --minutes 10 --set ")
