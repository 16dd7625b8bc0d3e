"""What a person's mistakes get: one clear message each, exit code 2, and nothing half-written."""

import re

import pytest
import yaml

from palate.cli import main

LONG = "x" * 100_000


@pytest.fixture
def palate(tmp_path, monkeypatch, capsys, recipe):
    monkeypatch.chdir(tmp_path)

    def run(changes=(), text=None, words=("run", "r.yaml", "-q")):
        (tmp_path / "r.yaml").write_text(text or yaml.safe_dump(recipe, sort_keys=False))
        options = [word for change in changes for word in ("--set", change)]
        code = main([*words, *options])
        shown = capsys.readouterr()
        assert code == 2, shown
        assert "Traceback" not in shown.err
        assert not (tmp_path / "runs").exists()
        return shown.err

    return run


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("branches.linear.rank=eas", "there is no ranker 'eas'. Did you mean 'ease'?"),
        ("branches.linear.rank.memry=1", "ranker 'ease' has no option 'memry'. Did you mean 'memory'?"),
        ("extends=other.yaml", "a recipe says in its file what it extends"),
        ("brances.x=1", "unknown key. Did you mean 'branches'?"),
        ("evaluate=[ndcgg@5]", "there is no metric 'ndcgg'. Did you mean 'ndcg'?"),
        ("branches.linear.rank.l2=lots", "l2: must be a"),
        ("branches.linear.rank.l2=0", "l2: must be greater than 0 or 'auto'; got 0"),
        ("data.source.interactions=nowhere.csv", "nowhere.csv"),
        ("data.source.columns={user: person}", "person"),
        ("data.clean=[{use: min-interactions, users: 1000}]", "min-interactions"),
        ("data.split.test=0.0001", "test"),
        ("fuse.weights={linear: 1}", "popular"),
    ],
)
def test_each_mistake_in_a_recipe_gets_one_message(palate, change, said):
    shown = palate([change])
    assert said in shown
    assert len(shown.strip().splitlines()) == 1


def test_two_mistakes_get_two_messages(palate):
    shown = palate(["top=0", "branches.linear.rank.l2=-1"])
    assert len(shown.strip().splitlines()) == 2


WRITTEN = """LONG; LONG=1; branches.LONG.rank=ease; branches.linear.rank=LONG; branches.linear.rank.LONG=1
    branches.linear.rank.l2=LONG; data.source.interactions=LONG; data.source.columns={user: LONG}
    evaluate=['LONG@5']; extends=LONG; name=LONG"""


@pytest.mark.parametrize("change", re.split(r";|\n", WRITTEN))
def test_what_is_written_at_any_length_is_shown_in_part(palate, change):
    assert len(palate([change.strip().replace("LONG", LONG)])) < 3000


@pytest.mark.parametrize(
    "words", [["plan", "LONG"], ["show", "LONG"], ["plugins", "LONG"], ["LONG"], ["run", "r.yaml", "--LONG"]]
)
def test_names_of_any_length_are_shown_in_part(palate, words):
    assert len(palate(words=[word.replace("LONG", LONG) for word in words])) < 3000


def test_a_key_written_twice_is_refused(palate):
    assert "this key stands already in line 1" in palate(text="recipe: 1\nrecipe: 1\n")


def test_rows_that_cannot_be_read_are_counted_with_their_lines(palate, tmp_path, shop):
    rows = (shop / "events.csv").read_text().splitlines()
    rows[3], rows[7] = "p00,1,good,99", "p00,1,bad,99"
    (tmp_path / "bad.csv").write_text("\n".join(rows) + "\n")
    shown = palate([f"data.source.interactions={tmp_path / 'bad.csv'}"])
    assert "2 of 270 rows" in shown
    assert "line 4 (rating 'good'), line 8 (rating 'bad')" in shown


def test_an_empty_file_is_said(palate, tmp_path):
    (tmp_path / "empty.csv").write_text("user_id,item_id,timestamp\n")
    assert "no interactions" in palate([f"data.source.interactions={tmp_path / 'empty.csv'}"])


def test_a_catalogue_without_any_text_is_refused(palate, tmp_path, shop):
    things = re.sub(r"thing \d+", "", (shop / "things.csv").read_text())
    (tmp_path / "things.csv").write_text(things)
    branch = (
        "{text: {use: column, column: title}, encode: {use: transformers}, aggregate: mean, rank: cosine}"
    )
    shown = palate([f"data.source.items={tmp_path / 'things.csv'}", f"branches.words={branch}"])
    assert "branches.words.text: 24 of 24 items have no text, such as 0, 1, 2" in shown


def test_a_model_that_cannot_be_found_says_where_it_was_looked_for(palate):
    encode = "{use: transformers, model: no/such}"
    branch = f"{{text: {{use: column, column: title}}, encode: {encode}, aggregate: mean, rank: cosine}}"
    shown = palate([f"branches.words={branch}"])
    for way in ("folder", "package", "cache", "hub"):
        assert way in shown


def test_a_recipe_that_is_not_there_is_said_with_the_nearest(palate):
    assert "Did you mean 'popularity'?" in palate(words=("run", "populrity"))


def test_a_run_that_is_not_there_is_said(palate):
    assert "has no pipeline" in palate(words=("recommend", "nowhere", "--new-user"))


def test_an_unknown_engine_is_said(palate):
    assert "there is no engine 'cloud'" in palate(words=("run", "r.yaml", "--engine", "cloud"))


def test_an_option_that_an_engine_does_not_have_is_said(palate):
    shown = palate(words=("run", "r.yaml", "--engine", "local", "--address", "here:1"))
    assert "engine 'local' has no option 'address'" in shown
