"""What each plugin registers and where it came from, through real entry points."""

import importlib
import json
import sys

import pytest

from palate.cli import main
from palate.registry import installed
from palate.testing import put_distribution

PLUGIN = """
    from dataclasses import dataclass
    from pathlib import Path
    import click
    from palate import hookimpl

    @dataclass
    class Good:
        "Scores well."
        name = "good"
        def fit(self, training): return self
        def score(self, query): ...

    @hookimpl
    def register_rankers():
        return [Good]

    @hookimpl
    def register_recipes():
        return [Path(__file__).parent / "mine.yaml"]

    @hookimpl
    def register_commands():
        return [click.Command("greet")]

    @hookimpl
    def on_event(event):
        pass
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Writes an installed distribution with one plugin, as pip would leave it."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mine.yaml").write_text("recipe: 1\n")

    def install(name, source, url=None):
        monkeypatch.setenv("PALATE_PLUGINS", name)
        info, _ = put_distribution(tmp_path, f"palate-{name}", source, "2.0", module=name)
        if url:
            (info / "direct_url.json").write_text(json.dumps(url))
        importlib.invalidate_caches()

    installed.cache_clear()
    yield install
    installed.cache_clear()
    for name in ("good", "broken"):
        sys.modules.pop(name, None)


def told(capsys, *words):
    assert main(["plugins", "--provenance", *words]) == 0
    return capsys.readouterr().out


def test_everything_that_a_plugin_registers_is_listed_with_its_distribution_and_version(site, capsys):
    site("good", PLUGIN)
    (found,) = json.loads(told(capsys, "--json"))
    assert found == {
        "plugin": "good",
        "distribution": "palate-good",
        "version": "2.0",
        "from": "package index",
        "module": "good",
        "registers": {"ranker": ["good"], "recipe": ["mine"], "command": ["greet"], "events": ["on_event"]},
    }
    (line,) = told(capsys).splitlines()[1:]
    assert line.split("  ")[0] == "good"
    for part in ("palate-good", "2.0", "ranker good; recipe mine; command greet; listens to events"):
        assert part in line


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ({"url": "file:///home/me/good", "dir_info": {"editable": True}}, "file:///home/me/good (editable)"),
        ({"url": "https://x.test/g.git", "vcs_info": {"commit_id": "abc"}}, "https://x.test/g.git@abc"),
    ],
)
def test_what_was_not_taken_from_an_index_says_where_it_lies(site, capsys, url, said):
    site("good", PLUGIN, url)
    assert json.loads(told(capsys, "--json"))[0]["from"] == said


def test_a_plugin_that_failed_is_not_left_out(site, capsys):
    site("broken", "raise ValueError('no luck')")
    lines = told(capsys).splitlines()
    assert lines[1].split("  ")[0] == "broken"
    assert lines[1].endswith("nothing")
    assert lines[2:] == ["failed: plugin 'broken' (palate-broken 2.0): ValueError: no luck"]
