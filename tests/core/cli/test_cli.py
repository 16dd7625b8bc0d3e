import errno
import os
import pty
import subprocess
import sys
import types
from pathlib import Path

import click
import pytest

from palate import hookimpl
from palate.cli import main
from palate.cli.overview import COMMANDS, ORDER, overview
from palate.cli.terminal import Terminal
from palate.errors import DataError, Problem, RecipeError
from palate.registry import PluginEntry, Registry

PALATE = Path(sys.executable).with_name("palate")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PALATE_STORE", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def registry(monkeypatch):
    """An empty registry in the place of what is installed."""
    registry = Registry()
    monkeypatch.setattr("palate.registry.installed", lambda: registry)
    return registry


@pytest.fixture
def command(registry):
    """A command of a plugin, `act`, that does as it is told."""

    def add(does):
        @click.command("act")
        @click.pass_obj
        def act(terminal):
            """Do as told."""
            return does(terminal)

        registry.load(plugin_with(act))

    return add


def plugin_with(command):
    """A plugin that has one command."""
    hooks = types.SimpleNamespace(register_commands=hookimpl(lambda: [command]))
    return PluginEntry("acting", "palate-acting", "1.0", entry=hooks)


def raising(error):
    def does(terminal):
        raise error

    return does


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"], ["-q", "--help"]])
def test_help_lists_every_command(words, capsys):
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert printed == overview() + "\n"
    assert [line.split()[0] for line in printed.splitlines() if line.startswith("  ")][
        1 : len(ORDER) + 1
    ] == list(ORDER)
    assert all(f"\n  {name} " in printed for name in COMMANDS)
    assert max(map(len, printed.splitlines())) <= 80


def test_the_installed_script_answers():
    done = subprocess.run([PALATE, "--version"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("palate 0.")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_built_in_command_is_there_and_explains_itself(name, capsys):
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert f"Usage: palate {name}" in printed
    assert "--debug" in printed


def test_a_built_in_command_whose_module_is_gone_fails_alone(monkeypatch, capsys):
    monkeypatch.setitem(COMMANDS, "lost", ("palate.cli.lost", "Not there."))
    assert main(["lost"]) == 2
    assert "the command 'lost' is not part of this installation" in capsys.readouterr().err
    assert main(["cache"]) == 0


def test_a_misspelt_command_gets_the_nearest(registry, capsys):
    assert main(["plugin"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: there is no command 'plugin'. Did you mean 'plugins'?")


@pytest.mark.parametrize(
    "words", [["--nonsense"], ["plugins", "--nonsense"], ["plugins", "nonsense"], ["-q"]]
)
def test_a_wrong_command_line_is_told_in_one_line(words, registry, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (DataError("no such file"), 2, "error: no such file\n"),
        (
            RecipeError([Problem("a.yaml:1:2", "top", "must be 1"), Problem("a.yaml:3:1", "", "is odd")]),
            2,
            "error: a.yaml:1:2  top: must be 1\nerror: a.yaml:3:1  is odd\n",
        ),
        (OSError(errno.ENOSPC, "No space left", "/disk/x"), 2, "error: disk full: /disk/x\n"),
        (PermissionError(errno.EACCES, "no", "/root/x"), 2, "error: permission denied: /root/x\n"),
        (MemoryError(), 2, "error: not enough memory\n"),
        (
            KeyboardInterrupt(),
            130,
            "stopped; finished steps are kept: run the same command again to go on\n",
        ),
        (click.ClickException("no"), 2, "error: no\n"),
        (SystemExit(7), 7, ""),
        (SystemExit("why"), 1, "error: why\n"),
        (SystemExit(None), 0, ""),
    ],
)
def test_each_way_to_end_has_its_line_and_its_code(error, code, said, command, capsys):
    command(raising(error))
    assert main(["act"]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == said


@pytest.mark.parametrize("code", [0, None, 3])
def test_a_component_that_ends_the_program_within_a_command_of_palate_is_an_error_and_no_success(
    code, monkeypatch, capsys
):
    def ends(*arguments):
        raise SystemExit(code)

    monkeypatch.setattr("palate.store.entries.entries", ends)
    assert main(["cache", "verify"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: a component tried to end the program with sys.exit({code!r}), in ")
    assert "test_cli.py:" in said


def test_a_bug_is_one_line_that_says_where_and_points_to_debug(command, capsys):
    command(raising(ZeroDivisionError("by\nnothing")))
    assert main(["act"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ZeroDivisionError in cli/test_cli.py:")
    assert said.endswith(": by nothing (a bug in palate or in a plugin; --debug shows the traceback)\n")
    assert said.count("\n") == 1


def test_the_notes_of_an_error_are_told(command, capsys):
    error = ZeroDivisionError("oh")
    error.add_note("in step 'ease' of recipe 'r'")
    command(raising(error))
    main(["act"])
    assert capsys.readouterr().err.splitlines()[1] == "error: in step 'ease' of recipe 'r'"


@pytest.mark.parametrize("words", [["--debug", "act"], ["act", "--debug"]])
@pytest.mark.parametrize("error", [ZeroDivisionError("oh"), DataError("oh")])
def test_debug_shows_the_traceback(words, error, command, capsys):
    command(raising(error))
    assert main(words) == (2 if isinstance(error, DataError) else 1)
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert "--debug shows" not in said


@pytest.mark.parametrize("words", [["-q", "act"], ["act", "--quiet"], ["act", "-q"]])
def test_quiet_may_stand_before_or_after_the_command_and_hushes_remarks(words, command, capsys):
    seen = []

    def does(terminal):
        seen.append(terminal)
        terminal.say("by the way")

    command(does)
    assert main(words) == 0
    assert seen == [Terminal(quiet=True)]
    assert capsys.readouterr() == ("", "")
    assert main(["act"]) == 0
    assert capsys.readouterr() == ("", "by the way\n")


def test_an_option_that_a_plugin_uses_itself_stays_its_own(registry, capsys):
    @click.command("act")
    @click.option("-q", "--quantity", type=int)
    def act(quantity):
        """Count."""
        click.echo(str(quantity))

    registry.load(plugin_with(act))
    assert main(["act", "-q", "3"]) == 0
    assert capsys.readouterr().out == "3\n"


def test_the_exit_code_a_command_asks_for_is_given(command):
    command(lambda terminal: click.get_current_context().exit(5))
    assert main(["act"]) == 5


def test_a_reader_who_leaves_is_no_error():
    code = (
        "import sys, click, palate.registry as r; from palate.cli import main\n"
        "@click.command('act')\n"
        "def act():\n"
        "    for _ in range(100000): click.echo('x' * 100)\n"
        "r.installed().commands['act'] = act\n"
        "sys.exit(main(['act']))"
    )
    environment = os.environ | {"PALATE_PLUGINS": "baselines"}
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    child.stdout.read(10)
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 141
    assert said == b""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "\x1b[31m\x1b[1merror:\x1b[0m there is no command 'x'."),
        ({"NO_COLOR": "1"}, "error: there is no command 'x'."),
    ],
)
def test_an_error_is_red_on_a_terminal(given, said, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    ours, theirs = pty.openpty()
    environment = os.environ | {"PALATE_PLUGINS": "baselines"} | given
    done = subprocess.run([PALATE, "x"], stderr=theirs, stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    assert done.returncode == 2
    assert os.read(ours, 4096).decode().startswith(said)
    os.close(ours)


def test_an_error_is_plain_in_a_pipe(command, capsys):
    command(raising(DataError("plain")))
    main(["act"])
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="completion scripts are for Unix shells")
def test_shells_can_complete_commands():
    done = python(
        "from palate.cli import main; raise SystemExit(main([]))",
        _PALATE_COMPLETE="bash_complete",
        COMP_WORDS="palate plu",
        COMP_CWORD="1",
    )
    assert done.stdout == "plain,plugins\n"
