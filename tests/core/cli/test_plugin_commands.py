"""Commands of plugins in help and on the command line, through real entry points and processes."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from palate.cli.overview import ORDER
from palate.testing import put_distribution

PALATE = Path(sys.executable).with_name("palate")
OLD = 1_700_000_000

PLUGIN = """
    import click
    from palate import hookimpl

    @click.command("NAME")
    def command():
        "HELP"
        click.echo("acted")

    @hookimpl
    def register_commands():
        return [command]
"""
RANKERS = """
    import sys
    print("imported", file=sys.stderr)
    from palate import hookimpl

    @hookimpl
    def register_rankers():
        raise AssertionError("a command needs no rankers")
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def palate(site, cache, tmp_path):
    """Runs `palate` with what is in `site` installed, and returns standard output and error."""

    def run(*words, code=0, **environment):
        told = {"PYTHONPATH": str(site), "PALATE_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [PALATE, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path,
            env=os.environ | told | environment,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout, done.stderr

    return run


def put(site, name, text="Greets.", source=PLUGIN):
    """A distribution with one command, installed long ago; what it was before is uninstalled."""
    info = site / f"third_{name}-1.0.dist-info"
    if info.exists():
        remove(site, name)
    source = textwrap.dedent(source).replace("NAME", name).replace("HELP", text)
    info, code = put_distribution(site, f"third-{name}", source)
    age(info / "METADATA", info / "entry_points.txt", info, code, site)


def remove(site, name):
    info = site / f"third_{name}-1.0.dist-info"
    for path in (*info.iterdir(), site / f"third_{name}.py"):
        path.unlink()
    info.rmdir()


def age(*paths, by=0):
    """A past that is long enough ago for the index, and different each time."""
    for path in paths:
        then = OLD + by + len(os.listdir(path)) if path.is_dir() else OLD + by + path.stat().st_size
        os.utime(path, (then, then))


def section(printed, title):
    """The commands under a heading, with their help."""
    block = re.search(rf"^{title}:\n((?:  .*\n)+)", printed, re.MULTILINE)
    return dict(line.split(maxsplit=1) for line in block[1].splitlines()) if block else {}


def test_the_first_help_has_commands_of_palates_own_plugins_and_of_others(palate, site):
    put(site, "greet")
    for _ in range(2):
        printed, _ = palate("--help")
        assert list(section(printed, "Commands")) == list(ORDER)
        assert section(printed, "Commands of plugins") == {"greet": "Greets."}


def test_help_is_whole_where_nothing_can_be_kept(palate, site, tmp_path):
    (tmp_path / "file").write_text("")
    put(site, "greet")
    for _ in range(2):
        printed, errors = palate("--help", PALATE_CACHE=str(tmp_path / "file" / "below"))
        assert section(printed, "Commands of plugins") == {"greet": "Greets."}
        assert "compare" in section(printed, "Commands")
        assert errors == ""


def modules(site, cache):
    """What `palate --help` imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", PALATE, "--help"], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(site), "PALATE_CACHE": str(cache)},
    )  # fmt: skip
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_help_imports_nothing_heavy_and_next_time_no_plugin_either(site, cache):
    put(site, "greet")
    first, second = modules(site, cache), modules(site, cache)
    assert "palate_compare.command" in first
    assert not first & {"numpy", "scipy", "polars", "pydantic", "rich", "yaml", "jinja2"}
    assert "palate.registry.commands" in second
    assert not second & {
        "palate_compare.command",
        "click",
        "pluggy",
        "importlib.metadata",
        "dataclasses",
    }


def test_what_is_installed_edited_or_uninstalled_is_noticed(palate, site):
    put(site, "greet")
    palate("--help")
    put(site, "part")
    assert set(section(palate("--help")[0], "Commands of plugins")) == {"greet", "part"}
    put(site, "greet", text="Says something else.")
    assert section(palate("--help")[0], "Commands of plugins")["greet"] == "Says something else."
    remove(site, "greet")
    age(site)
    assert set(section(palate("--help")[0], "Commands of plugins")) == {"part"}
    assert "no command 'greet'" in palate("greet", code=2)[1]


def test_what_changed_a_moment_ago_is_not_kept(palate, site, cache):
    put(site, "greet")
    os.utime(site)
    palate("--help")
    assert not cache.exists()


@pytest.mark.parametrize("warm", [False, True])
def test_a_command_calls_no_hook_but_that_of_commands_and_once_known_loads_no_other_plugin(
    palate, site, warm
):
    put(site, "greet")
    put(site, "rank", source=RANKERS)
    if warm:
        palate("--help")
    printed, errors = palate("greet")
    assert printed == "acted\n"
    assert ("imported" in errors) == (not warm)


def test_a_plugin_that_works_again_gives_its_command_back(palate, site):
    put(site, "greet", source="import os\nos.environ['LUCK']\n" + textwrap.dedent(PLUGIN))
    assert section(palate("--help")[0], "Commands of plugins") == {}
    assert palate("greet", LUCK="good")[0] == "acted\n"
    assert section(palate("--help", LUCK="good")[0], "Commands of plugins") == {"greet": "Greets."}
    assert "Not loaded: plugin 'third_greet'" in palate("greet", code=2)[1]


def test_a_restriction_to_some_plugins_holds_for_help_and_is_not_kept(palate, site, cache):
    put(site, "greet")
    put(site, "part")
    for _ in range(2):
        printed, _ = palate("--help", PALATE_PLUGINS="third_part")
        assert section(printed, "Commands of plugins") == {"part": "Greets."}
        assert "compare" not in section(printed, "Commands")
        palate("greet", code=2, PALATE_PLUGINS="third_part")
        assert set(section(palate("--help")[0], "Commands of plugins")) == {"greet", "part"}


def test_palates_own_command_is_never_hidden(palate, site):
    put(site, "compare", text="Not palate's.")
    put(site, "run", text="Not palate's.")
    printed, _ = palate("--help")
    assert "Not palate's." not in printed
    assert section(printed, "Commands of plugins") == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", json.dumps({sys.prefix: 3}), "\xff", json.dumps({sys.prefix: {"commands": {}}})]
)
def test_a_damaged_index_is_made_again(text, palate, site, cache):
    put(site, "greet")
    cache.mkdir()
    (cache / "plugins-1.json").write_text(text, encoding="latin-1")
    printed, _ = palate("--help")
    assert section(printed, "Commands of plugins") == {"greet": "Greets."}
    assert rows_of(cache)


def rows_of(cache):
    *_, parts = json.loads((cache / "plugins-1.json").read_text())[sys.prefix].values()
    return parts["commands"]["rows"]


def test_each_import_path_has_its_own_rows_and_the_latest_few_are_kept(palate, site, cache, tmp_path):
    put(site, "greet")
    for number in range(6):
        (tmp_path / f"more{number}").mkdir()
        age(tmp_path / f"more{number}")
        palate("--help", PYTHONPATH=os.pathsep.join([str(site), str(tmp_path / f"more{number}")]))
    paths = json.loads((cache / "plugins-1.json").read_text())[sys.prefix]
    assert [path.count(f"more{number}") for number, path in zip((2, 3, 4, 5), paths, strict=True)] == [1] * 4


def test_other_environments_that_share_the_cache_are_left_alone_and_those_that_are_gone_forgotten(
    palate, site, cache, tmp_path
):
    put(site, "greet")
    cache.mkdir()
    known = {str(tmp_path): {"theirs": 1}, str(tmp_path / "gone"): {"old": 1}}
    (cache / "plugins-1.json").write_text(json.dumps(known))
    palate("--help")
    found = json.loads((cache / "plugins-1.json").read_text())
    assert set(found) == {str(tmp_path), sys.prefix}
    assert found[str(tmp_path)] == {"theirs": 1}
