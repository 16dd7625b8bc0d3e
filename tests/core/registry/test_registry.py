import importlib
import sys
import textwrap
import time
import types
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click
import pytest

from palate import Event, hookimpl
from palate.errors import PluginError, UnknownComponent
from palate.registry import PluginEntry, Registry, installed, plugin_entries
from palate.testing import put_distribution

GOOD = """
    from dataclasses import dataclass
    from typing import ClassVar
    from palate import hookimpl

    @dataclass
    class Good:
        "Scores well."
        name: ClassVar[str] = "good"
        def fit(self, training): return self
        def score(self, query): ...

    @hookimpl
    def register_rankers():
        return [Good]
"""


@dataclass
class Ranker:
    """A ranker in name only."""

    name = "mine"

    def fit(self, training):
        return self

    def score(self, query):
        return None


def plugin(**functions):
    """A module-like plugin whose hooks return these values, or are these functions."""
    module = types.SimpleNamespace()
    for name, given in functions.items():
        setattr(module, name, hookimpl(given if callable(given) else lambda given=given: given))
    return module


def raising(error):
    def hook():
        raise error

    return hook


def ranker(name, **extra):
    return dataclass(type(name.title(), (Ranker,), {"name": name, "__doc__": "A ranker.", **extra}))


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Writes an installed distribution with one plugin, as pip would leave it."""
    monkeypatch.syspath_prepend(tmp_path)
    modules = []

    def install(name, source, requires=(), version="1.0", plugin=None):
        module = name.replace("-", "_")
        modules.append(module)
        put_distribution(tmp_path, name, source, version, requires, plugin=plugin)
        importlib.invalidate_caches()

    yield install
    for module in modules:
        sys.modules.pop(module, None)


def load_site(*names):
    """A registry of palate's baselines and these plugins, through real entry points."""
    registry = Registry()
    for entry in plugin_entries():
        if entry.name in (*names, "baselines"):
            registry.load(entry)
    return registry


def only_failure(registry):
    assert len(registry.failures) == 1, registry.failures
    said = str(registry.failures[0])
    assert "\n" not in said
    return said


def test_an_installed_plugin_is_found_with_its_distribution_and_version(site):
    site("palate-good", GOOD, version="3.1")
    found = load_site("palate_good").find("ranker", "good")
    assert (found.distribution, found.version, found.plugin) == ("palate-good", "3.1", "palate_good")
    assert found.summary == "Scores well."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import a_library_nobody_has", "ModuleNotFoundError: No module named 'a_library_nobody_has'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def f(:", "SyntaxError"),
        (
            "from palate import hookimpl\n@hookimpl\ndef register_rankers(config): return []",
            "Argument(s) {'config'} are declared in the hookimpl but can not be found in the hookspec",
        ),
        (
            "from palate import hookimpl\n@hookimpl\ndef register_ranker(): return []",
            "there is no hook 'register_ranker'. Did you mean 'register_rankers'?",
        ),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_reported_in_a_line_and_the_rest_works(site, source, said):
    site("broken-plugin", source)
    site("palate-good", GOOD)
    registry = load_site("broken_plugin", "palate_good")
    line = only_failure(registry)
    assert line.startswith("plugin 'broken_plugin' (broken-plugin 1.0): ")
    assert said in line
    assert registry.find("ranker", "good")
    assert registry.find("ranker", "popularity")


@pytest.mark.parametrize(
    ("requirement", "fits"),
    [
        ("palate>=99", False),
        ("Palate<0.0.1", False),
        ("palate>=99; python_version >= '3'", False),
        ("palate>=99; python_version < '3'", True),
        ("palate>=0.0.1", True),
        ("numpy>=99", True),
        ("not a requirement", True),
    ],
)
def test_a_plugin_for_another_palate_is_not_imported(site, requirement, fits):
    site("palate-good", GOOD, requires=[requirement])
    registry = load_site("palate_good")
    assert ("palate_good" in sys.modules) == fits
    if fits:
        assert not registry.failures
    else:
        assert "needs palate" in only_failure(registry)
        assert "and this is palate 0." in only_failure(registry)


def test_a_distribution_with_a_damaged_record_hides_no_other(site, tmp_path):
    site("palate-good", GOOD)
    site("palate-bad", GOOD)
    (tmp_path / "palate_bad-1.0.dist-info" / "entry_points.txt").write_text("[palate]\nno equals sign\n")
    names = [entry.name for entry in plugin_entries()]
    assert "palate_good" in names
    assert "baselines" in names


def test_a_plugin_without_metadata_is_loaded_under_a_dash(site, tmp_path):
    site("palate-good", GOOD)
    (tmp_path / "palate_good-1.0.dist-info" / "METADATA").unlink()
    assert load_site("palate_good").find("ranker", "good").distribution == "-"


def test_palates_own_plugins_come_before_those_of_strangers(site):
    site("aardvark", GOOD)
    order = [entry.distribution for entry in plugin_entries()]
    assert order.index("aardvark") > max(i for i, owner in enumerate(order) if owner == "palate")


def test_the_environment_restricts_which_plugins_are_loaded(site, monkeypatch):
    site("palate-good", GOOD)
    monkeypatch.setenv("PALATE_PLUGINS", "palate_good, baselines")
    assert [entry.name for entry in plugin_entries()] == ["baselines", "palate_good"]


def test_a_plugin_named_in_the_environment_but_not_installed_is_reported(monkeypatch):
    monkeypatch.setenv("PALATE_PLUGINS", "baselines,baseline")
    installed.cache_clear()
    try:
        registry = installed()
    finally:
        installed.cache_clear()
    assert "'baseline'" in only_failure(registry)
    assert "not installed. Did you mean 'baselines'?" in only_failure(registry)
    assert "popularity" in registry.names("ranker")
    assert "ease" not in registry.names("ranker")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("text", "ranker 'text' is not a class"),
        (type("Loose", (), {"name": "loose"}), "ranker Loose is not a dataclass"),
        (dataclass(type("Nameless", (), {"fit": print, "score": print})), "ranker Nameless has no class var"),
        (dataclass(type("Half", (), {"name": "half", "fit": print})), "ranker Half has no score()"),
    ],
)
def test_a_value_that_is_no_component_is_refused_and_its_neighbours_are_kept(registry, value, said):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[value, Ranker])))
    assert said in only_failure(registry)
    assert registry.names("ranker") == ["mine"]


def test_a_class_without_two_methods_is_told_both_at_once(registry):
    registry.load(
        PluginEntry("x", entry=plugin(register_rankers=[dataclass(type("No", (), {"name": "no"}))]))
    )
    assert "has no fit, score()" in only_failure(registry)


def test_a_metric_needs_one_of_two_methods(registry):
    registry.load(PluginEntry("x", entry=plugin(register_metrics=[dataclass(type("M", (), {"name": "m"}))])))
    assert "metric M has none of score, overall()" in only_failure(registry)


@pytest.mark.parametrize("error", [ValueError("bad luck"), SystemExit("bad luck"), RuntimeError("bad\nluck")])
def test_a_hook_that_raises_loses_only_itself(registry, error):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker], register_metrics=raising(error))))
    assert "register_metrics: " in only_failure(registry)
    assert "bad luck" in only_failure(registry)
    assert registry.names("ranker") == ["mine"]


def test_a_hook_that_returns_one_thing_instead_of_a_list_is_reported(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=lambda: Ranker)))
    assert "register_rankers: TypeError" in only_failure(registry)


def test_being_stopped_while_loading_stops(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=raising(KeyboardInterrupt()))))
    with pytest.raises(KeyboardInterrupt):
        registry.names("ranker")


def test_two_distributions_with_one_name_are_both_named_and_others_still_work(registry):
    registry.load(PluginEntry("a", "first-dist", "1.0", entry=plugin(register_rankers=[ranker("twin")])))
    registry.load(
        PluginEntry("b", "other-dist", "2.0", entry=plugin(register_rankers=[ranker("twin"), Ranker]))
    )
    with pytest.raises(PluginError, match=r"first-dist 1\.0 .*other-dist 2\.0.*PALATE_PLUGINS"):
        registry.find("ranker", "twin")
    assert registry.find("ranker", "mine").plugin == "b"
    assert len(registry.clashes()) == 1
    assert not registry.failures


def test_one_name_in_two_kinds_is_no_clash(registry):
    metric = dataclass(type("M", (), {"name": "mine", "score": print}))
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker], register_metrics=[metric])))
    assert registry.find("ranker", "mine").cls is Ranker
    assert registry.find("metric", "mine").cls is metric
    assert registry.clashes() == []


def test_a_component_is_found_by_its_class_and_other_kinds_are_not_asked(registry):
    entry = PluginEntry("x", entry=plugin(register_rankers=[Ranker], register_metrics=raising(ValueError())))
    registry.load(entry)
    assert registry.names("ranker") == ["mine"]
    assert registry.component_of(Ranker).name == "mine"
    assert registry.hooks.failures == []
    assert registry.component_of(PluginEntry) is None
    assert registry.component_of(ranker("other")) is None
    assert "register_metrics" in only_failure(registry)


def test_a_component_is_found_by_its_class_where_its_kind_was_not_asked_for_yet(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker])))
    assert registry.component_of(Ranker).kind == "ranker"


def test_one_class_given_twice_is_no_clash(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker, Ranker])))
    assert registry.find("ranker", "mine").cls is Ranker


def test_two_distributions_may_call_their_plugins_alike(registry):
    heard = []
    first = plugin(register_rankers=[Ranker], on_event=lambda event: heard.append(event.what))
    registry.load(PluginEntry("same", "first-dist", "1.0", entry=first))
    registry.load(PluginEntry("same", "other-dist", "1.0", entry=plugin(register_rankers=[ranker("other")])))
    registry.emit(Event("notice"))
    assert registry.names("ranker") == ["mine", "other"]
    assert registry.find("ranker", "other").distribution == "other-dist"
    assert heard == ["notice"]


def test_an_unknown_name_gets_the_nearest_the_installed_and_what_failed(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[ranker("popularity"), Ranker])))
    registry.load(
        PluginEntry("broken", "lost-dist", "0.3", entry=plugin(register_rankers=raising(OSError("gone"))))
    )
    with pytest.raises(UnknownComponent) as caught:
        registry.find("ranker", "popularty")
    said = str(caught.value)
    assert said.startswith("there is no ranker 'popularty'. Did you mean 'popularity'?")
    assert "Installed: mine, popularity." in said
    assert "plugin 'broken' (lost-dist 0.3): register_rankers: OSError: gone" in said


def test_a_name_of_another_kind_is_recognised(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker])))
    with pytest.raises(UnknownComponent, match=r"'mine' is a ranker\. Installed: none\."):
        registry.find("encoder", "mine")


def test_what_a_plugin_prints_does_not_reach_standard_output(site, capsys):
    site("chatty", "print('welcome!')\n" + textwrap.dedent(GOOD))
    registry = load_site("chatty")
    assert capsys.readouterr().out == ""
    assert registry.find("ranker", "good")
    assert not registry.failures
    assert [str(notice) for notice in registry.notices] == [
        "plugin 'chatty' (chatty 1.0): printed while it was loaded: 'welcome!'"
    ]


def test_a_hook_without_its_decorator_is_noticed(registry):
    registry.load(PluginEntry("x", entry=types.SimpleNamespace(register_rankers=lambda: [Ranker])))
    assert registry.names("ranker") == []
    assert "register_rankers has no effect without the decorator" in str(registry.notices[0])


def test_recipes_come_from_folders_and_from_files(registry, tmp_path):
    (tmp_path / "folder").mkdir()
    for place in ("folder/a.yaml", "folder/b.yaml", "folder/notes.txt", "c.yaml"):
        (tmp_path / place).write_text("recipe: 1\n")
    places = [tmp_path / "folder", tmp_path / "c.yaml", tmp_path / "missing"]
    registry.load(PluginEntry("x", entry=plugin(register_recipes=places)))
    assert registry.recipes == {
        "a": tmp_path / "folder/a.yaml",
        "b": tmp_path / "folder/b.yaml",
        "c": tmp_path / "c.yaml",
    }
    assert "there is no file or folder" in only_failure(registry)


def test_the_first_recipe_and_command_of_a_name_stay_and_the_other_is_noticed(registry, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    commands = [click.Command("greet"), click.Command("greet")]
    for folder, command in zip(("one", "two"), commands, strict=True):
        (tmp_path / folder / "a.yaml").write_text("recipe: 1\n")
        hooks = plugin(register_recipes=[tmp_path / folder], register_commands=[command])
        registry.load(PluginEntry(folder, entry=hooks))
    assert registry.recipes["a"] == tmp_path / "one" / "a.yaml"
    assert registry.commands["greet"] is commands[0]
    assert [notice.plugin for notice in registry.notices] == ["two", "two"]


def test_something_that_is_no_command_is_refused(registry):
    registry.load(PluginEntry("x", entry=plugin(register_commands=[print, click.Command("greet")])))
    assert "not a click command" in only_failure(registry)
    assert list(registry.commands) == ["greet"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("error", [ValueError("bad luck"), SystemExit("bad luck")])
def test_a_listener_that_fails_is_reported_once_and_the_others_hear_on(registry, error):
    heard = []

    def fail(event):
        raise error

    registry.load(PluginEntry("bad", entry=plugin(on_event=fail)))
    registry.load(PluginEntry("good", entry=plugin(on_event=lambda event: heard.append(event.what))))
    with pytest.warns(UserWarning, match="'bad.*on_event and is not called again.*bad luck") as said:
        registry.emit(Event("plan-started"))
    assert len(said) == 1
    registry.emit(Event("plan-finished"))
    assert heard == ["plan-started", "plan-finished"]


def test_a_listener_may_leave_out_the_event(registry):
    calls = []
    registry.load(PluginEntry("x", entry=plugin(on_event=lambda: calls.append(1))))
    registry.emit(Event("notice"))
    assert calls == [1]


def test_an_object_can_listen_for_as_long_as_a_run_lasts(registry):
    heard = []
    registry.listen(types.SimpleNamespace(on_event=heard.append))
    event = Event("notice", message="hello")
    registry.emit(event)
    assert heard == [event]


def test_components_are_listed_by_kind_then_name(registry):
    metric = dataclass(type("M", (), {"name": "a", "score": print}))
    entry = plugin(register_metrics=[metric], register_rankers=[ranker("z"), ranker("b")])
    registry.load(PluginEntry("x", entry=entry))
    assert [(c.kind, c.name) for c in registry] == [("ranker", "b"), ("ranker", "z"), ("metric", "a")]


def counting(calls, **values):
    """A plugin whose hooks note that they were called."""

    def hook(name, value):
        def called():
            calls.append(name)
            return value

        return called

    return plugin(**{name: hook(name, value) for name, value in values.items()})


def test_a_hook_is_called_once_and_only_when_its_kind_is_asked_for(registry):
    calls = []
    metric = dataclass(type("M", (), {"name": "m", "score": print}))
    command = click.Command("greet")
    hooks = {"register_rankers": [Ranker], "register_metrics": [metric], "register_commands": [command]}
    registry.load(PluginEntry("x", entry=counting(calls, **hooks)))
    assert calls == []
    for _ in range(2):
        assert registry.find("ranker", "mine").cls is Ranker
    assert calls == ["register_rankers"]
    assert registry.commands == {"greet": command}
    assert calls == ["register_rankers", "register_commands"]
    assert len(list(registry)) == 2
    assert calls == ["register_rankers", "register_commands", "register_metrics"]


def test_a_plugin_loaded_after_its_kind_was_asked_for_counts_too(registry):
    registry.load(PluginEntry("x", entry=plugin(register_rankers=[Ranker])))
    assert registry.names("ranker") == ["mine"]
    registry.load(PluginEntry("y", entry=plugin(register_rankers=[ranker("late")])))
    assert registry.names("ranker") == ["late", "mine"]


def test_an_unknown_name_with_a_near_one_asks_no_other_kind(registry):
    calls = []
    registry.load(PluginEntry("x", entry=counting(calls, register_rankers=[Ranker], register_metrics=[])))
    with pytest.raises(UnknownComponent, match="Did you mean 'mine'"):
        registry.find("ranker", "mime")
    assert calls == ["register_rankers"]


def test_a_hook_may_ask_the_registry_for_its_own_kind(registry):
    registry.load(
        PluginEntry("x", entry=plugin(register_rankers=lambda: [Ranker][len(registry.names("ranker")) :]))
    )
    assert registry.names("ranker") == ["mine"]


def test_threads_that_ask_at_once_all_see_everything(registry):
    def slowly():
        time.sleep(0.05)
        return [Ranker]

    registry.load(PluginEntry("x", entry=plugin(register_rankers=slowly)))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: registry.names("ranker"), range(8))) == [["mine"]] * 8


def test_a_near_miss_of_an_ability_is_a_notice_and_the_component_works(registry):
    odd = ranker("odd", explains=lambda self, query, items: None, __module__=__name__)
    registry.load(PluginEntry("x", "x-dist", "1.0", entry=plugin(register_rankers=[odd])))
    assert registry.find("ranker", "odd").cls is odd
    assert registry.failures == []
    assert [str(notice) for notice in registry.notices] == [
        "plugin 'x' (x-dist 1.0): ranker Odd has a method 'explains'. Did you mean 'explain'?"
    ]
