import json
import types
from dataclasses import replace

import pytest
import yaml

import palate
from palate.cli import main
from palate.components.component import Component
from palate.errors import RecipeError
from palate.lock import Pins, differences, lock_path, pins, read, remarks, write
from palate.recipe import load_recipe
from palate.registry import installed

PLUGINS = {"palate": palate.__version__}


@pytest.fixture
def file(recipe, tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


def test_a_lock_holds_every_component_of_the_recipe_wherever_it_stands(file):
    found = pins(load_recipe(file))
    assert found.plugins == PLUGINS
    assert set(found.components) == {
        "source files", "splitter temporal", "ranker ease", "ranker popularity", "fuser weighted",
        "metric ndcg", "metric recall", "metric coverage",
    }  # fmt: skip
    assert set(found.components.values()) == {"palate"}


def test_it_lies_beside_the_recipe_and_reads_as_it_was_written(file):
    checked = load_recipe(file)
    path = write(checked, pins(checked))
    assert path == lock_path(checked) == file.with_name("shop.lock")
    assert path.read_text().startswith("# The plugins with which shop.yaml was locked")
    assert read(path) == pins(checked)
    assert remarks(checked) == []


def test_a_recipe_without_a_lock_or_a_file_has_nothing_to_differ_from(file, recipe):
    assert remarks(load_recipe(file)) == []
    assert remarks(load_recipe(recipe)) == []
    with pytest.raises(RecipeError, match="in no file"):
        write(load_recipe(recipe), pins(load_recipe(recipe)))


@pytest.mark.parametrize(
    ("plugins", "components", "said"),
    [
        ({"palate": "0.1.0", "palate-a": "1.0"}, {"ranker a": "palate-a"}, []),
        (
            {"palate": "0.1.0", "palate-a": "0.9"},
            {"ranker a": "palate-a"},
            ["palate-a was locked at 0.9 and is 1.0"],
        ),
        ({"palate": "0.1.0", "palate-a": "1.0"}, {}, ["ranker a of palate-a 1.0 was not locked"]),
        (
            {"palate": "0.1.0", "palate-b": "1.0"},
            {"ranker a": "palate-b"},
            ["ranker a was locked as of palate-b and is of palate-a 1.0"],
        ),
    ],
)
def test_each_difference_is_told_in_a_line(plugins, components, said):
    now = Pins({"palate": "0.1.0", "palate-a": "1.0"}, {"ranker a": "palate-a"})
    assert differences(Pins(plugins, components), now) == said


@pytest.mark.parametrize(
    "text", ["", "lock: 2", "lock: [", "lock: 1\nplugins: {a: 1.0}\ncomponents: {}", "lock: 1"]
)
def test_a_damaged_lock_is_refused_with_its_name(file, text):
    file.with_suffix(".lock").write_text(text)
    with pytest.raises(RecipeError, match=r"shop\.lock  is no lock file"):
        remarks(load_recipe(file))


def test_a_shipped_recipe_is_extended_and_not_locked(capsys):
    assert main(["lock", "popularity"]) == 2
    assert "lock a recipe of your own that has `extends: popularity`" in capsys.readouterr().err


def older(monkeypatch, file):
    """As if the recipe had been locked with an older palate."""
    assert main(["lock", str(file), "-q"]) == 0
    path = file.with_suffix(".lock")
    path.write_text(path.read_text().replace(f"palate: {palate.__version__}", "palate: 0.0.9"))


def test_the_command_writes_the_lock_and_can_check_it(file, monkeypatch, capsys):
    assert main(["lock", str(file), "--check"]) == 2
    assert "has no lock" in capsys.readouterr().err
    older(monkeypatch, file)
    assert main(["lock", str(file), "--check"]) == 2
    assert f"shop.lock: palate was locked at 0.0.9 and is {palate.__version__}" in capsys.readouterr().err
    assert main(["lock", str(file)]) == 0
    assert f"shop.lock: palate {palate.__version__}" in capsys.readouterr().err
    assert main(["lock", str(file), "--check"]) == 0


def test_a_run_says_when_versions_differ_each_time_and_keeps_it(file, tmp_path, monkeypatch):
    older(monkeypatch, file)
    heard = []
    registry = installed()
    listener = types.SimpleNamespace(on_event=heard.append)
    registry.listen(listener)
    said = f"shop.lock: palate was locked at 0.0.9 and is {palate.__version__}"
    for _ in range(2):
        heard.clear()
        run = palate.run(file, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
        notices = [event.message for event in heard if event.what == "notice"]
        assert [notice for notice in notices if "lock" in notice] == [said]
    assert run.computed == 0
    assert json.loads((run.folder / "lineage.json").read_text())["unlike its lock"] == [said]


def test_a_component_of_another_distribution_is_pinned_with_its_version(file):
    checked = load_recipe(file)
    ease = checked.branches[0].rank
    strange = replace(ease, component=Component("ranker", ease.component.cls, "x", "palate-x", "3.2"))
    branch = replace(checked.branches[0], blocks={"rank": (strange,)})
    found = pins(replace(checked, branches=(branch, *checked.branches[1:])))
    assert found.plugins == PLUGINS | {"palate-x": "3.2"}
    assert found.components["ranker ease"] == "palate-x"
