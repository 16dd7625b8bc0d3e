import subprocess
import sys
import textwrap
import types
import warnings

import pytest

from palate import hookimpl
from palate.deprecation import Deprecated, deprecated
from palate.registry import PluginEntry, Registry

PLUGIN = """
    from dataclasses import dataclass
    from palate import hookimpl
    from palate.deprecation import deprecated

    def old():
        deprecated("`old`", "`new`", "9.0")

    @hookimpl
    def register_rankers():
        old()
        return []
"""


class Plugin:
    """A class of a third party."""


def test_the_author_learns_what_is_removed_when_and_what_to_use_at_the_line_that_uses_it():
    def old():
        deprecated("`old`", "`new`", "9.0")

    with pytest.warns(Deprecated, match=r"`old` will be removed in palate 9\.0; use `new`") as said:
        old()
    assert said[0].filename == __file__


def test_what_palate_finds_itself_points_at_the_authors_class():
    with pytest.warns(Deprecated) as said:
        deprecated("`old`", "`new`", "9.0", by=Plugin)
    assert said[0].filename == __file__


@pytest.mark.parametrize(("options", "told"), [([], False), (["-W", "default::DeprecationWarning"], True)])
def test_who_merely_runs_a_plugin_sees_nothing(tmp_path, options, told):
    (tmp_path / "old_plugin.py").write_text(textwrap.dedent(PLUGIN))
    code = (
        "import old_plugin; from palate.registry import PluginEntry, Registry; registry = Registry(); "
        "registry.load(PluginEntry('old', entry=old_plugin)); assert not registry.failures, registry.failures"
    )
    done = subprocess.run(
        [sys.executable, *options, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ("will be removed" in done.stderr) == told


def test_a_warning_made_an_error_is_the_plugins_failure_and_no_more():
    def hook():
        deprecated("`old`", "`new`", "9.0")
        return []

    registry = Registry()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.load(PluginEntry("old", entry=types.SimpleNamespace(register_rankers=hookimpl(hook))))
        registry.names("ranker")
    assert "will be removed" in str(registry.failures[0])
