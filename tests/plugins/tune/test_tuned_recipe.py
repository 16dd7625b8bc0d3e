from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

import palate
from palate.cli import main
from palate.errors import RecipeError, TuningError
from palate.recipe import load_recipe
from palate.recipe.load import read
from palate.recipe.yaml import parse
from palate.registry import installed
from palate_tune import tune
from palate_tune.request import TuningRequest
from palate_tune.tuned_recipe import written

L2 = "branches.linear.rank.l2"


@pytest.fixture
def folder(searched, tmp_path) -> Path:
    """A folder with shop.yaml, whose penalty is left open."""
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(searched, sort_keys=False))
    return tmp_path


def test_the_winner_is_a_recipe_that_extends_the_original_and_runs(folder):
    (folder / "out").mkdir()
    tuned = tune(folder / "shop.yaml", trials=3, store=folder / "store", output=folder / "out" / "best.yaml")
    lines = tuned.output.read_text().splitlines()
    assert lines[0] == f"# Tuned by palate {palate.__version__}."
    assert lines[1].startswith(
        f"# ndcg@5 {tuned.value:.6g} on the validation part, in trial {tuned.best}, the best of 3"
    )
    assert lines[2] == f"# Study {tuned.study}: sampler tpe, pruner none, seed 3."
    assert lines[3] == f"# Protocol {tuned.protocol}. The test part was not read."
    assert yaml.safe_load(tuned.output.read_text()) == {
        "recipe": 1, "name": "shop-tuned", "extends": "../shop.yaml",
        "branches": {"linear": {"rank": {"l2": tuned.values[L2]}}},
    }  # fmt: skip
    recipe = load_recipe(tuned.output)
    assert recipe.branches[0].rank.options["l2"] == tuned.values[L2]
    done = palate.run(tuned.output, folder=folder / "runs", store=folder / "store")
    assert done.metrics["name"].to_list() == ["linear", "popularity"]


def test_settings_that_were_laid_over_the_recipe_are_in_the_winner(folder):
    tuned = tune(
        folder / "shop.yaml", ["top=7", "fallback=none"], trials=1, store=folder, output=folder / "w.yaml"
    )
    body = yaml.safe_load(tuned.output.read_text())
    assert (body["top"], body["fallback"]) == (7, "none")


def test_a_recipe_given_as_a_mapping_is_written_in_full(searched, tmp_path):
    tuned = tune(searched, trials=1, store=tmp_path, output=tmp_path / "w.yaml")
    body = yaml.safe_load(tuned.output.read_text())
    assert "extends" not in body
    assert load_recipe(tmp_path / "w.yaml").plain() == load_recipe(body).plain()


@pytest.mark.parametrize(
    ("below", "settled"),
    [
        ("a: {search: choice, values: [x, {use: y, k: 1}]}", "a: {use: y, k: 1}"),
        ("a: {search: choice, values: [x]}", "a: x"),
        ("a: {search: choice, values: [null]}\nb: 1", "b: 1"),
        ("a: [l2, {use: pca, n: {search: int, low: 1, high: 2}}]", "a: [l2, {use: pca, n: 2}]"),
        ("a: {use: w, b: {p: {search: float, low: 0, high: 1}, q: 1}}", "a: {use: w, b: {p: 0.5, q: 1}}"),
        ("a: {b: {use: x, k: 1}}", "a: {b: {use: y}}"),
        ("a: 1", "a: 1"),
    ],
    ids=["a block", "a name", "nothing", "in a list", "in an option", "another use", "no change"],
)  # fmt: skip
def test_laid_over_the_original_the_winner_gives_what_was_tried(tmp_path, below, settled):
    (tmp_path / "r.yaml").write_text(f"recipe: 1\n{below}\n")
    request = TuningRequest(tmp_path / "r.yaml", (), None, 1, "tpe", "none", None, "", str(tmp_path))
    tried = parse(f"recipe: 1\n{settled}\n", "settled")
    (tmp_path / "w.yaml").write_text(written(request, tried, [], tmp_path / "w.yaml", installed()))
    assert read(tmp_path / "w.yaml").plain() == {**tried.plain(), "name": "recipe-tuned"}


def test_a_file_that_palate_did_not_write_is_left_alone(folder):
    (folder / "mine.yaml").write_text("recipe: 1\n")
    with pytest.raises(TuningError, match=r"mine\.yaml exists and is not a tuned recipe"):
        tune(folder / "shop.yaml", trials=1, store=folder, output=folder / "mine.yaml")
    assert not (folder / "studies").exists()
    for _ in range(2):
        tune(folder / "shop.yaml", trials=1, store=folder, output=folder / "tuned.yaml")


def test_several_winners_go_into_one_folder(searched, grid, tmp_path):
    searched["name"], grid["name"] = "one", "two"
    found = tune([searched, grid], trials=1, store=tmp_path, output=tmp_path)
    assert [tuned.output.name for tuned in found] == ["one-tuned.yaml", "two-tuned.yaml"]
    assert all(tuned.page.is_file() for tuned in found)


class Page(HTMLParser):
    """The tags of a page, and what it would load."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loaded = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        asked = [value for name, value in attrs if name in ("src", "href")]
        self.loaded += [value for value in asked if not value.startswith(("#", "data:"))]


def test_the_page_stands_alone_and_shows_every_trial(folder):
    tuned = tune(folder / "shop.yaml", trials=6, store=folder, output=[folder / "w.yaml", folder / "w.html"])
    text = tuned.page.read_text()
    page = Page(text)
    assert (page.loaded, "script" in page.tags, "http:" in text) == ([], False, False)
    assert page.tags.count("svg") == 3
    assert page.tags.count("circle") == 12
    assert page.tags.count("tr") == 1 + 6
    assert all(f"<td>{value:.6g}</td>" in text for value in tuned.trials["value"])
    assert f">{L2}</text>" in text, "the picture of an option has the option's name at its axis"


def test_a_recipe_without_a_validation_part_is_refused_at_its_split(folder):
    text = (folder / "shop.yaml").read_text().replace("validation: 0.2", "validation: 0")
    (folder / "shop.yaml").write_text(text)
    with pytest.raises(
        RecipeError, match=r"shop\.yaml:10:5  data\.split: tuning evaluates on the validation"
    ):
        tune(folder / "shop.yaml", store=folder)


def test_a_metric_that_is_not_known_is_named_with_the_nearest(folder):
    with pytest.raises(
        RecipeError, match=r"--metric  evaluate: there is no metric 'ndgc'\. Did you mean 'ndcg'"
    ):
        tune(folder / "shop.yaml", metric="ndgc@10", store=folder)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"trials": 0}, "trials must be 1 or more; got 0"),
        ({"processes": 0}, "processes must be 1 or more; got 0"),
        ({"sampler": "bayes"}, "sampler must be tpe, random or grid; got 'bayes'"),
        ({"pruner": "mean"}, "pruner must be none or median; got 'mean'"),
        ({"study": "a/b"}, "a study's name has letters, digits"),
    ],
)
def test_what_cannot_be_asked_for_is_said(folder, options, said):
    with pytest.raises(TuningError, match=said):
        tune(folder / "shop.yaml", store=folder, **options)


def test_the_command_shows_the_best_and_where_it_is(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["tune", "shop.yaml", "--trials", "5", "--metric", "recall@5", "--store", "store"]) == 0
    out, err = capsys.readouterr()
    assert "shop: recall@5 " in out
    assert "written to shop-tuned.yaml, shop-tuned.html" in out
    assert "5/5 trial 4 recall@5 " in err
    assert (folder / "shop-tuned.yaml").is_file()


def test_the_command_gives_all_trials_as_json(folder, capsys, monkeypatch):
    import json

    monkeypatch.chdir(folder)
    assert main(["tune", "shop.yaml", "--trials", "2", "--store", "store", "--json", "--quiet"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == ""
    assert found["part"] == "validation"
    assert [trial["trial"] for trial in found["trials"]] == [0, 1]
    assert found["best"]["value"] == max(trial["value"] for trial in found["trials"])


def test_palate_run_names_the_command_that_tunes(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["run", "shop.yaml"]) == 2
    assert capsys.readouterr().err.count("`palate tune`") == 1


def test_a_study_says_that_it_asks_for_each_event(searched, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = [tmp_path / "tuned.yaml", tmp_path / "tuned.html"]
    recipe = tmp_path / "shop.yaml"
    recipe.write_text(yaml.safe_dump(searched | {"ask": "each-event"}))
    tuned = tune(recipe, trials=2, output=out, store=tmp_path / "store")
    assert tuned.plain()["ask"] == "each-event"
    for file in out:
        assert "on each event of the validation part" in " ".join(file.read_text().replace("#", "").split())
    assert load_recipe(out[0]).asks_each_event
