"""What the README prints is what the suite uses."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "journeys" / "palate-newest"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("file", "language"), [("palate_newest.py", "python"), ("pyproject.toml", "toml")])
def test_the_example_plugin_is_printed_as_it_is(file, language):
    assert (EXAMPLE / file).read_text(encoding="utf-8") in blocks(language)


def test_the_example_plugin_has_no_more_than_thirty_lines_of_text():
    files = [path for path in EXAMPLE.iterdir() if path.is_file()]
    assert {path.name for path in files} == {"palate_newest.py", "pyproject.toml"}
    assert sum(bool(line.strip()) for path in files for line in path.read_text().splitlines()) <= 30


def test_the_python_of_the_readme_uses_names_that_palate_has():
    import palate

    for block in blocks("python"):
        for name in re.findall(r"\bpalate\.(\w+)", block):
            assert hasattr(palate, name), name
    assert any("palate.run" in block for block in blocks("python"))


def test_the_toml_of_the_readme_can_be_read():
    assert [tomllib.loads(block) for block in blocks("toml")]
