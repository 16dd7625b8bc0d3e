"""Code and documentation say the same."""

import ast
import inspect
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from palate.cli.group import all_commands
from palate.components import contracts
from palate.components.kinds import KINDS
from palate.errors import listed
from palate.recipe.load import read
from palate.recipe.locate import shipped
from palate.recipe.schema import schema
from palate.registry import hookspecs, installed
from palate.registry.timeout import SECONDS
from palate.testing.case import Case
from palate.testing.checklist import checks_for

DOCS = Path(__file__).parents[2] / "docs"
WIDEST = 90  # characters, at 1,200 pixels
GUIDES = sorted(DOCS.glob("*.md"))
HOOKS = [name for name in vars(hookspecs) if name.startswith(("register_", "on_"))]


def guide(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def blocks(language):
    """(guide, block) for each block of code in this language in the guides."""
    pattern = rf"```{language}\n(.*?)```"
    return [
        pytest.param(text, id=f"{path.stem}-{at}")
        for path in GUIDES
        for at, text in enumerate(re.findall(pattern, path.read_text(encoding="utf-8"), re.DOTALL))
    ]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_stands_with_its_exact_signature_and_what_it_is_for(written, hook):
    function = getattr(hookspecs, hook)
    signature = f"{hook}{inspect.signature(function)}".replace("'", "")
    assert f"## {hook}\n\n```python\n{signature}\n```" in written["hooks.md"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_stands_with_its_contract_and_its_checks(written, kind):
    page = written[f"kinds/{kind.name}.md"]
    contract = getattr(contracts, kind.name.capitalize())
    for method in kind.methods:
        assert f"{method}{inspect.signature(vars(contract)[method])}".replace("'", "") in page
    for method in (*kind.methods, *kind.one_of):
        assert f"{method}(" in page
    assert kind.hook in page
    component = next(each for each in installed() if each.kind == kind.name)
    for check in checks_for(Case(component, {})):
        if check not in ("fit_returns_itself", "same_seed_gives_the_same"):  # only of those that learn
            known = check.replace("_", " ") in page
            assert known or callable(getattr(component.cls, "fit", None)), check


@pytest.mark.parametrize(
    "component",
    [each for each in installed() if each.distribution == "palate"],
    ids=lambda each: f"{each.kind}-{each.name}",
)
def test_a_component_has_a_page_with_every_option_and_its_default(written, component):
    page = written[f"components/{component.kind}-{component.name}.md"]
    first, *_ = page.splitlines()
    assert first == f"# {component.name}"
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(component.options.model_fields)
    assert all(row.count("|") - row.count(r"\|") == 5 for row in rows)
    for need in component.needs:
        assert f"- It needs {need}" in page


def test_every_command_is_there_with_its_help(written):
    assert re.findall(r"^## (\S+)$", written["commands.md"], re.MULTILINE) == list(all_commands())
    for name in all_commands():
        assert f"Usage: palate {name}" in written["commands.md"]


def test_every_shipped_recipe_is_there_as_it_is(written):
    for path in shipped().values():
        assert path.read_text(encoding="utf-8").strip() in written["recipes.md"]


def test_the_guide_has_the_table_of_the_grammar(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    from pages.grammar import table

    assert table() in guide("recipe-grammar")


def test_how_long_a_plugin_is_waited_for_is_said_right():
    assert f"given up after {SECONDS:g} seconds" in guide("publishing")


@pytest.mark.parametrize(
    "text", [block for block in blocks("yaml") if block.values[0].startswith("recipe: 1")]
)
def test_a_recipe_in_a_guide_is_one(text, tmp_path):
    wrong = jsonschema.Draft202012Validator(schema(installed())).iter_errors(yaml.safe_load(text))
    assert [error.message for error in wrong] == []
    (tmp_path / "r.yaml").write_text(text)
    assert {"data", "branches"} <= set(read(tmp_path / "r.yaml").mapping)


def test_the_guides_have_recipes_of_which_that_can_be_said():
    assert sum(block.values[0].startswith("recipe: 1") for block in blocks("yaml")) > 5


@pytest.mark.parametrize("text", blocks("python"))
def test_python_in_a_guide_can_be_read_and_imports_what_there_is(text):
    import importlib

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "palate":
            module = importlib.import_module(node.module)
            assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.parametrize("text", blocks("bash"))
def test_commands_in_a_guide_are_palates(text):
    used = set(re.findall(r"(?:^|&& )palate ([\w-]+)", text, re.MULTILINE))
    assert not used - set(all_commands()), f"no commands: {listed(used - set(all_commands()))}"


def test_every_finding_has_its_code_in_the_guide_of_the_data_report():
    root = DOCS.parent
    sources = [*(root / "core/palate/findings").glob("*.py"), *(root / "plugins/palate_data").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    codes = set(re.findall(r"Finding\(\s*f?\"([a-z{}-]+)\"", text))
    kinds = {code.replace("{what}", what) for code in codes for what in ("users", "items")}
    assert len(kinds) > 15
    assert sorted(kinds - set(re.findall("`([a-z-]+)`", guide("data")))) == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_block_of_code_in_a_guide_fits_the_column(path):
    wide, inside = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = "" if inside else line
        elif inside and "{" not in inside and len(line) > WIDEST:
            wide.append(line)
    assert wide == []


def test_the_help_of_commands_fits_the_column(written):
    assert [line for line in written["commands.md"].splitlines() if len(line) > WIDEST] == []
