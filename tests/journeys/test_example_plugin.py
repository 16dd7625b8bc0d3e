"""The plugin that the README prints, installed as its own distribution beside palate's wheel."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).parent / "palate-newest"


@pytest.fixture(scope="module")
def newest(environment, tmp_path_factory):
    """The example, installed from a copy, so that building leaves nothing in the checkout."""
    copy = tmp_path_factory.mktemp("example") / EXAMPLE.name
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment.install("--no-deps", "--no-build-isolation", copy)
    yield
    environment.uninstall("palate-newest")
    assert "there is no component 'newest'" in environment.call("palate", "plugins", "check", "newest").stderr


def run(environment, recipe, folder, **options):
    recipe["branches"] = {"new": {"rank": {"use": "newest", **options}}}
    del recipe["fuse"]
    (folder / "r.yaml").write_text(yaml.safe_dump(recipe))
    return environment.call("palate", "run", "r.yaml", "--json", "-q", cwd=folder)


def test_a_recipe_uses_it_by_name(environment, newest, recipe, tmp_path):
    done = run(environment, recipe, tmp_path, half_life=3)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["name"] for row in found["rows"]] == ["new", "popularity"]
    assert found["rows"][0]["metrics"]["recall@5"]["value"] > 0
    lineage = json.loads((tmp_path / found["folder"] / "lineage.json").read_text())
    assert lineage["plugins"]["ranker newest"] == "palate-newest 1.0"


def test_its_bounds_are_kept_and_the_line_is_named(environment, newest, recipe, tmp_path):
    done = run(environment, recipe, tmp_path, half_life=-3)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "r.yaml:" in line
    assert "half_life: must be greater than 0; got -3" in line


def test_it_does_what_every_ranker_must(environment, newest):
    reason = "finds_the_held_out_item=everybody gets the same"
    done = environment.call("palate", "plugins", "check", "newest", "--expect", reason)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_recipe_is_locked_with_it_and_says_when_it_is_another(environment, newest, recipe, tmp_path):
    run(environment, recipe, tmp_path)
    locked = environment.call("palate", "lock", "r.yaml", cwd=tmp_path)
    assert locked.returncode == 0, locked.stderr
    lock = tmp_path / "r.lock"
    assert yaml.safe_load(lock.read_text())["plugins"]["palate-newest"] == "1.0"
    lock.write_text(lock.read_text().replace("palate-newest: '1.0'", "palate-newest: '0.9'"))
    again = environment.call("palate", "run", "r.yaml", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "r.lock: palate-newest was locked at 0.9 and is 1.0" in again.stderr
