"""Plugins that misbehave, all at once: each is reported in one line, and everything else works."""

from __future__ import annotations

import json

import pytest
import yaml

RANKER = """
    from dataclasses import dataclass
    from palate import hookimpl

    @dataclass
    class {cls}:
        "Scores nothing."
        name = "{name}"
        {more}
        def fit(self, training): return self
        def score(self, query): ...

    @hookimpl
    def register_rankers():
        return [{cls}]
"""
PLUGINS = {
    "raises": "raise ValueError('no luck')",
    "exits": "import sys\nsys.exit(3)",
    "prints": "print('welcome!')\n",
    "signature": "from palate import hookimpl\n@hookimpl\ndef register_rankers(config): return []",
    "misspelt": "from palate import hookimpl\n@hookimpl\ndef register_ranker(): return []",
    "hook": "from palate import hookimpl\n@hookimpl\ndef register_rankers(): raise RuntimeError('later')",
    "hangs": "import time\nfrom palate import hookimpl\n@hookimpl\ndef register_metrics(): time.sleep(60)",
    "clash": RANKER.format(cls="Mine", name="popularity", more=""),
    "missing": RANKER.format(cls="Heavy", name="heavy", more="libraries = ('a_library_nobody_has',)"),
    "good": RANKER.format(cls="Good", name="good", more=""),
}
SAID = {
    "raises": "failed: plugin 'raises' (palate-raises 1.0): ValueError: no luck",
    "exits": "failed: plugin 'exits' (palate-exits 1.0): SystemExit: 3",
    "prints": "notice: plugin 'prints' (palate-prints 1.0): printed while it was loaded: 'welcome!'",
    "signature": "Argument(s) {'config'} are declared in the hookimpl but can not be found",
    "misspelt": "there is no hook 'register_ranker'. Did you mean 'register_rankers'?",
    "hook": "failed: plugin 'hook' (palate-hook 1.0): register_rankers: RuntimeError: later",
    "hangs": "failed: plugin 'hangs' (palate-hangs 1.0): register_metrics: did not come back in 1 s",
    "missing": 'missing a_library_nobody_has: pip install "a_library_nobody_has"',
}


@pytest.fixture(scope="module")
def listed(environment):
    """The lines of `palate plugins` with all of them installed."""
    with environment.put(PLUGINS):
        return environment.call("palate", "plugins", PALATE_PLUGIN_TIMEOUT="1")


@pytest.mark.parametrize("name", SAID)
def test_it_is_reported_in_one_line(listed, name):
    assert listed.returncode == 0
    lines = [line for line in listed.stdout.splitlines() if f"palate-{name} " in line]
    assert len(lines) == 1, lines
    assert SAID[name] in lines[0]


def test_a_clash_is_told_at_both_and_the_name_is_refused(environment, listed):
    lines = [line for line in listed.stdout.splitlines() if line.split()[1:2] == ["popularity"]]
    assert len(lines) == 2
    assert all("palate-clash 1.0 (plugin 'clash')" in line for line in lines)


def test_everything_else_works(environment, listed, recipe, tmp_path):
    assert any(line.split()[:2] == ["ranker", "good"] for line in listed.stdout.splitlines())
    recipe["branches"] = {"linear": recipe["branches"]["linear"]}
    del recipe["fuse"]
    recipe["fallback"] = "none"
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    rest = {name: source for name, source in PLUGINS.items() if name != "clash"}
    with environment.put(rest):
        done = environment.call(
            "palate", "run", "r.yaml", "--json", "-q", cwd=tmp_path, PALATE_PLUGIN_TIMEOUT="1"
        )
    assert done.returncode == 0, done.stderr
    assert [row["name"] for row in json.loads(done.stdout)["rows"]] == ["linear", "popularity"]


def test_a_plugin_for_another_palate_is_not_even_imported(environment):
    with environment.put({"old": "raise SystemExit"}, requires="palate>=99"):
        said = environment.call("palate", "plugins").stdout
    (line,) = [line for line in said.splitlines() if "palate-old" in line]
    assert "needs palate >=99, and this is palate" in line


def test_a_distribution_of_recipes_alone_is_extended_by_name(environment, recipe, tmp_path):
    source = """
        from pathlib import Path
        from palate import hookimpl

        @hookimpl
        def register_recipes():
            return [Path(__file__).parent / "palate_movies_recipes"]
    """
    with environment.put({"movies": source}) as site:
        folder = site / "palate_movies_recipes"
        folder.mkdir()
        (folder / "cold-start.yaml").write_text("# For newcomers.\n" + yaml.safe_dump(recipe))
        (tmp_path / "mine.yaml").write_text("recipe: 1\nextends: palate-movies:cold-start\nname: mine\n")
        listed = environment.call("palate", "recipes").stdout
        done = environment.call("palate", "run", "mine.yaml", "--json", "-q", cwd=tmp_path)
    assert "palate-movies:cold-start" in listed
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["recipe"] == "mine"
