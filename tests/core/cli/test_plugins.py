import importlib
import json
import os
import pty
import subprocess
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from annotated_types import Gt

from palate import hookimpl
from palate.cli import main
from palate.components.kinds import KINDS
from palate.deprecation import deprecated
from palate.registry import PluginEntry, Registry
from palate.testing import Nonconforming, put_distribution

PALATE = Path(sys.executable).with_name("palate")


@dataclass
class Plain:
    """Scores plainly, whoever asks, and says so in a docstring that is too long for a narrow terminal."""

    name: ClassVar[str] = "plain"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    k: Annotated[int, Gt(0)] = 5

    def fit(self, training):
        return self

    def score(self, query):
        return None


@dataclass
class Heavy(Plain):
    """Needs a library."""

    name: ClassVar[str] = "heavy"
    libraries: ClassVar[tuple[str, ...]] = ("a_library_nobody_has",)
    extra: ClassVar[str] = "big"
    install_note: ClassVar[str] = "needs a C compiler"


@dataclass
class Twin(Plain):
    """Has a twin."""

    name: ClassVar[str] = "twin"


@dataclass
class OtherTwin(Plain):
    """Is the twin."""

    name: ClassVar[str] = "twin"


@dataclass
class Unreadable(Plain):
    """Has an annotation that means nothing."""

    name: ClassVar[str] = "unreadable"
    when: "Nowhere" = None  # noqa: F821


def entry(name, distribution, version, rankers):
    return PluginEntry(
        name,
        distribution,
        version,
        entry=types.SimpleNamespace(register_rankers=hookimpl(lambda: rankers)),
    )


@pytest.fixture(autouse=True)
def registry(monkeypatch, tmp_path):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path))
    registry = Registry()
    registry.load(entry("one", "palate-one", "1.5", [Plain, Heavy, Twin, Unreadable]))
    registry.load(entry("two", "palate-two", "2.5", [OtherTwin]))
    registry.load(entry("bad", "palate-bad", "0.1", ["nonsense"]))

    def installed():
        return registry

    installed.cache_info = lambda: types.SimpleNamespace(currsize=1)
    monkeypatch.setattr("palate.registry.installed", installed)
    return registry


def printed(capsys, *words):
    assert main(["plugins", *words]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_a_pipe_gets_one_full_line_for_each_component(capsys):
    lines = printed(capsys).splitlines()
    (plain,) = [line for line in lines if " plain " in line]
    assert plain.split("  ")[0] == "ranker"
    for part in (Plain.__doc__, " one ", "palate-one 1.5", "ready"):
        assert part in plain


def test_a_missing_library_comes_with_what_to_install(capsys):
    (line,) = [line for line in printed(capsys).splitlines() if " heavy " in line]
    assert line.endswith('missing a_library_nobody_has: pip install "palate-one[big]" (needs a C compiler)')


def test_a_clash_names_both_distributions(capsys):
    lines = [line for line in printed(capsys).splitlines() if " twin " in line]
    assert len(lines) == 2
    assert all("clash: " in line and "palate-one 1.5" in line and "palate-two 2.5" in line for line in lines)


def test_options_that_cannot_be_read_break_only_their_component(capsys):
    (line,) = [line for line in printed(capsys).splitlines() if " unreadable " in line]
    assert "broken: " in line
    assert "Nowhere" in line


def test_plugins_that_failed_follow_with_the_reason(capsys):
    last = printed(capsys).splitlines()[-1]
    assert last == "failed: plugin 'bad' (palate-bad 0.1): register_rankers: ranker 'nonsense' is not a class"


def test_a_kind_restricts_the_list(capsys):
    assert "plain" in printed(capsys, "ranker")
    assert "plain" not in printed(capsys, "encoder")


def test_a_kind_that_is_none_is_refused_with_what_was_meant(capsys):
    assert main(["plugins", "rankr"]) == 2
    assert "there is no kind 'rankr'. Did you mean 'ranker'?" in capsys.readouterr().err


def test_a_component_is_checked_without_pytest_and_a_failure_is_an_error(capsys, registry):
    assert main(["plugins", "check", "plain", "--set", "k=7"]) == 2
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert "ok         options survive text" in lines
    assert any(line.startswith("FAILED     scores are float32 and never infinite: ") for line in lines)
    assert "ranker 'plain' fails" in said.err


def test_an_expected_failure_is_named_with_its_reason(capsys, monkeypatch, registry):
    monkeypatch.setattr("palate.testing.conformance.checks_for", lambda case, by_hand: {"is_kind": unkind})
    assert main(["plugins", "check", "plain", "--expect", "is kind=it is not"]) == 0
    assert capsys.readouterr().out == "expected   is kind: it is not\n"
    assert main(["plugins", "check", "plain", "--expect", "is knd=it is not"]) == 2
    assert "there is no check 'is_knd'. Did you mean 'is_kind'?" in capsys.readouterr().err


def unkind(case):
    raise Nonconforming("unkind")


def test_what_is_deprecated_is_reported_when_a_component_is_checked(capsys, monkeypatch):
    def old(case):
        deprecated("`palate.old`", "`palate.new`", "9.0")

    monkeypatch.setattr("palate.testing.conformance.checks_for", lambda case, by_hand: {"is_new": old})
    assert main(["plugins", "check", "plain"]) == 0
    assert (
        "deprecated `palate.old` will be removed in palate 9.0; use `palate.new`" in capsys.readouterr().out
    )


def test_a_name_that_is_nearly_an_ability_is_noticed_when_a_component_is_checked(capsys, monkeypatch):
    monkeypatch.setattr(Plain, "explains", lambda self, query, items: None, raising=False)
    monkeypatch.setattr("palate.testing.conformance.checks_for", lambda case, by_hand: {})
    assert main(["plugins", "check", "plain"]) == 0
    assert (
        "notice     ranker Plain has a method 'explains'. Did you mean 'explain'?" in capsys.readouterr().out
    )


def test_a_component_that_is_not_there_is_named_with_what_was_meant_and_what_failed(capsys):
    assert main(["plugins", "check", "plane"]) == 2
    said = capsys.readouterr().err
    assert "there is no component 'plane'. Did you mean 'plain'?" in said
    assert "Not loaded: plugin 'bad'" in said


def test_json_has_everything(capsys):
    found = json.loads(printed(capsys, "--json"))
    about = {component["name"]: component for component in found["components"]}
    assert about["plain"] == {
        "kind": "ranker",
        "name": "plain",
        "plugin": "one",
        "distribution": "palate-one",
        "version": "1.5",
        "summary": Plain.__doc__,
        "state": "ready",
        "remark": "",
        "needs": ["timestamps"],
        "missing": [],
        "install": "",
        "options": {
            "additionalProperties": False,
            "description": Plain.__doc__,
            "properties": {"k": {"default": 5, "exclusiveMinimum": 0, "title": "K", "type": "integer"}},
            "title": "Plain",
            "type": "object",
        },
    }
    assert (about["heavy"]["state"], about["heavy"]["install"]) == ("missing", "palate-one[big]")
    assert about["heavy"]["missing"] == ["a_library_nobody_has"]
    assert about["twin"]["state"] == "clash"
    assert (about["unreadable"]["state"], about["unreadable"]["options"]) == ("broken", None)
    assert found["failures"] == [
        {
            "plugin": "bad",
            "distribution": "palate-bad",
            "version": "0.1",
            "reason": "register_rankers: ranker 'nonsense' is not a class",
        }
    ]


def on_a_terminal(columns, *words):
    """What `palate` writes on a terminal that is so wide."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    child = subprocess.Popen([PALATE, *words], stdout=theirs, stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    said = b""
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:
            break
        if not block:
            break
        said += block
    os.close(ours)
    assert child.wait() == 0
    return said.decode().replace("\r\n", "\n")


def test_a_terminal_of_80_columns_gets_one_line_for_each_component():
    lines = on_a_terminal(80, "plugins", "ranker").splitlines()
    table = [line for line in lines if line.startswith("ranker  ")]
    assert {"popularity", "random"} <= {line.split()[1] for line in table}
    assert max(map(len, table)) <= 80
    assert any("…" in line for line in table)


def test_everything_installed_is_listed_without_loading_a_heavy_library():
    code = (
        "import sys; from palate.cli import main; code = main(['plugins', '--json'])\n"
        "heavy = {'torch', 'transformers', 'implicit', 'lightfm', 'pandas'}\n"
        "print(code, *heavy.intersection(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == "0\n"
    components = json.loads(done.stdout)["components"]
    assert {component["kind"] for component in components} <= set(KINDS)
    assert {"popularity", "random"} <= {component["name"] for component in components}


def test_what_a_plugin_prints_when_imported_does_not_spoil_the_json(tmp_path):
    put_distribution(tmp_path, "chatty", "print('welcome!')\n")
    importlib.invalidate_caches()
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PALATE_PLUGINS": "chatty"}
    done = subprocess.run([PALATE, "plugins", "--json"], capture_output=True, text=True, env=environment)
    found = json.loads(done.stdout)
    assert found["failures"] == []
    assert found["notices"][0]["reason"] == "printed while it was loaded: 'welcome!'"
