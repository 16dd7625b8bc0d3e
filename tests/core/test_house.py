"""The rules of the house that a program can check."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.cli.overview import COMMANDS
from palate.components.kinds import KINDS
from palate.registry import PluginEntry, Registry, hookspecs, installed
from palate.registry.entry_points import plugin_entries

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py"))
SOURCES = sorted(path for part in ("core", "plugins") for path in (ROOT / part).rglob("*.py"))
HOOKS = [name for name in vars(hookspecs) if name.startswith(("register_", "on_"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CODE_THAT_RUNS_WHEN_READ = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
HEAVY = {
    *("numpy", "scipy", "polars", "pandas", "pydantic", "rich", "click", "yaml"),
    *("torch", "transformers", "safetensors", "implicit", "lightfm"),
}


PARTS = [ROOT / "core" / "palate", *(ROOT / "plugins" / package for package in PACKAGES)]


def called(path):
    return str(path.relative_to(ROOT))


def imports(path):
    """The top-level names of all modules that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def used(node, known):
    """The modules of `known` that code imports, wherever it does, but for type checking."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return set()
    found = {name.name for name in node.names} if isinstance(node, ast.Import) else set()
    if isinstance(node, ast.ImportFrom):
        inside = {f"{node.module}.{name.name}" for name in node.names}
        found = inside & known | (set() if inside <= known else {node.module})
    return (found & known).union(*(used(child, known) for child in ast.iter_child_nodes(node)))


def modules(part):
    """The files of a package by the name of their module.

    Its `__init__` is left out: it names what stands below, and imports it when it is asked for.
    """
    files = {path.relative_to(part.parent).with_suffix("").parts: path for path in part.rglob("*.py")}
    named = {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for parts, path in files.items()
    }
    return {name: path for name, path in named.items() if name != part.name}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_files_import_one_another_in_one_direction(part):
    files = modules(part)
    graph = {
        name: used(ast.parse(path.read_text(encoding="utf-8")), set(files)) for name, path in files.items()
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle of files: {' -> '.join(error.args[1])}")


def test_plugin_folders_and_entry_points_agree():
    declared = PROJECT["project"]["entry-points"]["palate"]
    assert sorted(declared.values()) == PACKAGES
    assert all(module == f"palate_{name}" for name, module in declared.items())
    installed_ones = {entry.name: entry.entry for entry in plugin_entries() if entry.distribution == "palate"}
    assert installed_ones == declared, "install palate again: its entry points have changed"


def test_the_extra_all_has_every_extra_but_the_one_that_has_to_be_built():
    extras = PROJECT["project"]["optional-dependencies"]
    (every,) = extras["all"]
    assert set(re.split(r"[\[\],]", every)[1:-1]) == set(extras) - {"all", "dev", "docs", "lightfm"}


def test_the_walls_between_plugins_know_every_plugin():
    linter = PROJECT["tool"]["importlinter"]
    forbidden, independent, *_ = linter["contracts"]
    assert sorted(linter["root_packages"]) == ["palate", *PACKAGES]
    assert sorted(forbidden["forbidden_modules"]) == PACKAGES
    assert sorted(independent["modules"]) == PACKAGES


def test_palates_own_plugins_load_without_failure_clash_or_notice():
    registry = installed()
    assert [str(failure) for failure in registry.failures if failure.distribution == "palate"] == []
    assert [str(notice) for notice in registry.notices if notice.distribution == "palate"] == []
    assert registry.clashes() == []


@pytest.mark.parametrize("component", list(installed()), ids=lambda each: f"{each.kind}-{each.name}")
def test_every_component_says_in_a_line_what_it_is_and_its_defaults_keep_its_own_bounds(component):
    said = component.summary
    assert said.endswith(".")
    assert len(said) <= 110
    assert not said.startswith(f"{component.cls.__name__}("), "a dataclass writes that where there is none"
    assert component.options.model_json_schema()["type"] == "object"
    defaults, problems = component.check({})
    assert all(problem.endswith(" is required") for problem in problems.values())
    if not problems:
        assert component.check(defaults) == (defaults, {})


@pytest.mark.parametrize("package", PACKAGES)
def test_a_hook_module_imports_nothing_heavy(package):
    code = f"import sys, {package}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert package in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("package", PACKAGES)
def test_every_plugin_is_typed(package):
    assert (ROOT / "plugins" / package / "py.typed").is_file()


def test_no_file_reads_code_as_data():
    for path in SOURCES:
        assert not CODE_THAT_RUNS_WHEN_READ.intersection(imports(path)), called(path)
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8"), called(path)


def test_a_file_has_one_idea():
    lengths = {called(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_a_file_says_what_it_is_for():
    written = [path for path in SOURCES if path.stat().st_size]
    silent = [path for path in written if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert [called(path) for path in silent] == []


@pytest.mark.parametrize("folder", ["core", "plugins"])
def test_a_source_folder_is_no_package(folder):
    assert not (ROOT / folder / "__init__.py").exists()


def test_nobody_imports_through_the_folder():
    through = [path for path in SOURCES if {"core", "plugins"}.intersection(imports(path))]
    assert [called(path) for path in through] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_its_exact_signature(hook):
    function = getattr(hookspecs, hook)
    assert inspect.getdoc(function)
    written = f"{hook}{inspect.signature(function)}".replace("'", "")
    assert written in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_plugin_in_the_documentation_works(tmp_path, monkeypatch):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = re.findall(r"```python\n# (palate_mine/\S+)\n(.*?)```", text, re.DOTALL)
    assert len(files) == 2
    for place, code in files:
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry()
    registry.load(PluginEntry("mine", entry=importlib.import_module("palate_mine")))
    assert registry.failures == []
    items = Items(pl.DataFrame({"id": range(3)}))
    training = Training(History.from_lists([[0]], 3), items, pl.DataFrame({"id": [0]}))
    fitted = registry.find("ranker", "newest").make({"scale": 2}).fit(training)
    query = Query(np.array([0, -1], np.int32), History.from_lists([[0], []], 3))
    assert fitted.score(query).tolist() == [[0, 2, 4], [0, 2, 4]]


def test_every_kind_has_its_hook_and_every_hook_its_kind():
    others = {"register_recipes", "register_commands", "on_event", "on_forget"}
    assert {kind.hook for kind in KINDS.values()} == set(HOOKS) - others


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_called_as_the_table_says(name):
    module, said = COMMANDS[name]
    assert importlib.import_module(module).command.name == name
    assert said.endswith(".")
