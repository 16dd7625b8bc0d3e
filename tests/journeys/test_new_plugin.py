"""A plugin author's first ten minutes: generate, build, install, list, test, run, uninstall."""

from __future__ import annotations

import json

import pytest

from palate.components.kinds import KINDS

TORCH = {"finetuner", "objective"}  # kinds whose first component needs torch, which is not installed here


@pytest.fixture(scope="module")
def projects(environment, tmp_path_factory):
    """One new plugin of each kind, by kind, each in a folder of its own."""
    room = tmp_path_factory.mktemp("projects")
    for kind in KINDS:
        made = environment.call("palate", "new-plugin", kind, f"first-{kind}", cwd=room)
        assert made.returncode == 0, made.stderr
    return {kind: room / f"palate-first-{kind}" for kind in KINDS}


@pytest.fixture(scope="module")
def installed(environment, projects, tmp_path_factory):
    """The same, installed from their wheels."""
    wheels = environment.build(list(projects.values()), tmp_path_factory.mktemp("wheels"))
    assert len(wheels) == len(KINDS)
    environment.install("--no-deps", *wheels)
    yield projects
    environment.uninstall(*(project.name for project in projects.values()))
    assert mine(environment) == {}


def mine(environment):
    """What is listed of the new plugins: the entry of each, by kind."""
    listed = json.loads(environment.call("palate", "plugins", "--json").stdout)
    assert listed["failures"] == listed["notices"] == []
    return {entry["kind"]: entry for entry in listed["components"] if entry["name"].startswith("first-")}


def test_each_is_listed_with_its_distribution_and_ready(environment, installed):
    found = mine(environment)
    assert list(found) == list(KINDS)
    for kind, entry in found.items():
        assert (entry["name"], entry["distribution"]) == (f"first-{kind}", f"palate-first-{kind}")
        assert (entry["state"], entry["version"]) == ("missing" if kind in TORCH else "ready", "0.1.0")


def test_the_tests_of_each_pass_as_they_are_written(environment, installed):
    folders = [project / "tests" for project in installed.values()]
    done = environment.call(
        "python", "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", *folders
    )
    assert done.returncode == 0, done.stdout
    passed, said = done.stdout.splitlines()[-1].split()[:2]
    assert said.rstrip(",") == "passed", done.stdout
    assert int(passed) > 10 * (len(KINDS) - len(TORCH))


def test_one_runs_from_the_terminal_as_its_readme_says(environment, installed):
    project = installed["ranker"]
    assert "palate run example/recipe.yaml" in (project / "README.md").read_text()
    done = environment.call("palate", "run", "example/recipe.yaml", "--json", "-q", cwd=project)
    assert done.returncode == 0, done.stderr
    assert [row["name"] for row in json.loads(done.stdout)["rows"]] == ["mine", "popularity"]


def test_one_is_checked_without_pytest(environment, installed):
    done = environment.call("palate", "plugins", "check", "first-ranker")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok         finds the held out item" in done.stdout
    assert "FAILED" not in done.stdout


def test_all_are_listed_for_who_asks_whom_to_trust(environment, installed):
    found = json.loads(environment.call("palate", "plugins", "--provenance", "--json").stdout)
    registered = {each["distribution"]: each["registers"] for each in found}
    for kind in KINDS:
        assert registered[f"palate-first-{kind}"] == {kind: [f"first-{kind}"]}
