import tomllib

import pytest
import yaml

from palate import __version__
from palate.cli import main
from palate.components.kinds import KINDS
from palate.errors import ComponentError, PluginError
from palate.registry.entry_points import PluginEntry
from palate_scaffold.write import write


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_has_all_it_needs_and_no_name_left_to_fill_in(kind, tmp_path):
    written = write(kind, "half-life", tmp_path / "new")
    assert {str(path.relative_to(tmp_path / "new")) for path in written} == {
        "pyproject.toml",
        "README.md",
        ".gitignore",
        ".github/workflows/tests.yml",
        "palate_half_life.py",
        "tests/test_palate_half_life.py",
        "tests/test_by_hand.py",
        "example/recipe.yaml",
        "example/events.csv",
        "example/items.csv",
    }
    for path in written:
        text = path.read_text()
        for left in ("PluginName", "plugin-name", "plugin_name", "KIND", "PALATE", "ENGINE"):
            assert left not in text, path
        if path.suffix == ".py":
            compile(text, path, "exec")
    yaml.safe_load((tmp_path / "new/.github/workflows/tests.yml").read_text())


def test_the_package_says_which_palate_it_needs(tmp_path):
    write("ranker", "half-life", tmp_path)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    assert project["entry-points"] == {"palate": {"half-life": "palate_half_life"}}
    assert not PluginEntry("half-life", "palate-half-life", "0.1.0", tuple(project["dependencies"])).unfit()
    assert project["dependencies"] == [f"palate~={__version__}"]


@pytest.mark.parametrize("name", ["query", "none", "training", "path"])
def test_a_class_is_not_called_like_something_the_module_needs(name, tmp_path):
    write("ranker", name, tmp_path)
    assert f"class {name.capitalize()}Ranker:" in (tmp_path / f"palate_{name}.py").read_text()


@pytest.mark.parametrize("name", ["Half-Life", "half_life", "2fast", "a--b", "-a", "", "../up"])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(name, tmp_path):
    with pytest.raises(ComponentError, match="small letters and digits"):
        write("ranker", name, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_refused_with_its_owner(tmp_path):
    with pytest.raises(PluginError, match="there is a ranker 'popularity' already, of palate"):
        write("ranker", "popularity", tmp_path / "new")
    with pytest.raises(PluginError, match="there is a module 'palate_baselines' already"):
        write("ranker", "baselines", tmp_path / "new")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years")
    with pytest.raises(PluginError, match="is there already"):
        write("ranker", "half-life", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_command_names_the_files_and_what_to_do_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new-plugin", "encoder", "half-life"]) == 0
    said = capsys.readouterr()
    assert "palate-half-life/palate_half_life.py" in said.out.splitlines()
    assert "cd palate-half-life && pip install" in said.err
    assert main(["new-plugin", "encoder", "half-life"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_kind_that_is_none_is_refused(capsys):
    assert main(["new-plugin", "rnaker", "half-life"]) == 2
    assert "rnaker" in capsys.readouterr().err


def test_a_neural_ranker_says_that_it_needs_torch(tmp_path, capsys):
    assert main(["new-plugin", "ranker", "half-life", "--neural", "--folder", str(tmp_path / "new")]) == 0
    project = tomllib.loads((tmp_path / "new/pyproject.toml").read_text())["project"]
    assert project["dependencies"] == ["torch>=2.4", "safetensors>=0.5", f"palate~={__version__}"]
    text = (tmp_path / "new/palate_half_life.py").read_text()
    assert "class HalfLife:" in text
    assert "from palate.training import" in text
    for path in (tmp_path / "new").rglob("*.py"):
        assert "PluginName" not in path.read_text()
        compile(path.read_text(), path, "exec")


def test_only_rankers_have_a_neural_example(tmp_path, capsys):
    assert main(["new-plugin", "fuser", "half-life", "--neural", "--folder", str(tmp_path / "new")]) == 2
    assert "there is no neural example of this kind: fuser" in capsys.readouterr().err
