"""A plugin that does not come back is named, and given up where that can be done."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import types

import pytest

from palate import Event, hookimpl
from palate.registry import PluginEntry, Registry
from palate.registry.timeout import SECONDS, PluginTimeout, plugin_timeout, time_limit
from palate.testing import put_distribution


def plugin(**functions):
    return types.SimpleNamespace(**{name: hookimpl(function) for name, function in functions.items()})


def nothing():
    return []


def hang(*arguments):
    try:
        while True:
            time.sleep(0.01)
    except Exception:
        pytest.fail("a plugin can swallow the end of our patience")


def test_a_plugin_that_hangs_in_a_hook_is_a_failure_with_its_name_and_the_rest_works():
    registry = Registry(timeout=0.1)
    registry.load(PluginEntry("slow", "slow-dist", "1.0", entry=plugin(register_rankers=lambda: hang())))
    registry.load(PluginEntry("quick", entry=plugin(register_recipes=nothing)))
    assert registry.names("ranker") == []
    (failure,) = registry.failures
    assert str(failure).startswith(
        "plugin 'slow' (slow-dist 1.0): register_rankers: did not come back in 0.1 s"
    )
    assert "PALATE_PLUGIN_TIMEOUT" in str(failure)


def test_a_plugin_that_hangs_at_import_is_a_failure_too(tmp_path, monkeypatch):
    put_distribution(tmp_path, "sleepy", "import time\nwhile True: time.sleep(0.01)\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PALATE_PLUGINS", "sleepy")
    from palate.registry.entry_points import plugin_entries

    registry = Registry(timeout=0.1)
    for entry in plugin_entries():
        registry.load(entry)
    assert "did not come back" in str(registry.failures[0])


@pytest.mark.filterwarnings("error")
def test_a_listener_that_hangs_is_named_and_not_asked_again():
    heard = []
    registry = Registry(timeout=0.1)
    registry.load(PluginEntry("slow", entry=plugin(on_event=lambda event: hang())))
    registry.load(PluginEntry("good", entry=plugin(on_event=lambda event: heard.append(event.what))))
    with pytest.warns(UserWarning, match=r"'slow \(-\)' failed in on_event and is not called again: did not"):
        registry.emit(Event("notice"))
    registry.emit(Event("notice"))
    assert heard == ["notice", "notice"]


def test_in_another_thread_the_plugin_is_at_least_named(caplog):
    def slowly():
        with time_limit(0.05, "plugin slow (slow-dist)"):
            time.sleep(0.3)

    caplog.set_level(logging.WARNING)
    thread = threading.Thread(target=slowly)
    thread.start()
    thread.join()
    assert "plugin slow (slow-dist) has not come back for 0.05 s" in caplog.text


def test_somebody_elses_alarm_is_left_alone(caplog):
    def mine(number, frame):
        raise AssertionError("the alarm went off")

    before = signal.signal(signal.SIGALRM, mine)
    try:
        with time_limit(0.05, "plugin slow (slow-dist)"):
            time.sleep(0.2)
        assert signal.getsignal(signal.SIGALRM) is mine
    finally:
        signal.signal(signal.SIGALRM, before)
    assert "has not come back" in caplog.text


def test_what_comes_back_in_time_leaves_no_alarm_behind():
    with time_limit(0.05, "plugin quick (quick-dist)"):
        pass
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_too_long_is_no_exception_that_a_plugin_catches_by_mistake():
    assert not issubclass(PluginTimeout, Exception)


@pytest.mark.parametrize(("said", "seconds"), [("5", 5.0), ("", SECONDS), ("soon", SECONDS), ("0", 0.001)])
def test_how_long_is_waited_can_be_said(monkeypatch, said, seconds):
    monkeypatch.setenv("PALATE_PLUGIN_TIMEOUT", said)
    assert plugin_timeout() == seconds


def test_a_plugin_that_takes_python_down_is_named_by_its_file(tmp_path):
    source = "import os\nfrom palate import hookimpl\n@hookimpl\ndef register_rankers(): os.abort()\n"
    put_distribution(tmp_path, "crashing", source)
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PALATE_PLUGINS": "crashing"}
    code = "from palate.cli import main; main(['plugins'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode < 0
    assert 'crashing.py", line 4 in register_rankers' in done.stderr
