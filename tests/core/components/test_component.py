import datetime
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pytest
from annotated_types import Ge, Gt, Le, MinLen

from palate.components.component import Component, flaws, learned
from palate.errors import ComponentError, MissingLibrary, PluginError


@dataclass
class Part:
    """Part of a nested option."""

    weight: Annotated[float, Ge(0)]
    name: str = "part"


@dataclass
class Example:
    """Shows every sort of option.

    And says more below.
    """

    name: ClassVar[str] = "example"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    half_life: Annotated[float, Gt(0)] = 30.0
    share: Annotated[float, Ge(0), Le(1)] = 0.5
    steps: Annotated[int, Ge(1)] = 3
    mode: Literal["sum", "mean", "last"] = "mean"
    sizes: Annotated[list[int], MinLen(1)] = field(default_factory=lambda: [1, 2])
    weights: dict[str, float] = field(default_factory=dict)
    pair: tuple[int, int] = (1, 2)
    top: Annotated[int, Gt(0)] | Literal["all"] = "all"
    limit: float | None = None
    quick: bool = False
    label: str = "x"
    folder: Path | None = None
    parts: list[Part] = field(default_factory=list)
    table: str | dict[str, float] = "even"

    fitted_: int = field(init=False, repr=False, compare=False)


def component(cls: type, kind: str = "ranker") -> Component:
    return Component(kind, cls, "plug", "palate-plug", "1.2")


def problem(**options: Any) -> str:
    """The one problem with these options of Example, in words."""
    _, problems = component(Example).check(options)
    assert len(problems) == 1, problems
    return next(iter(problems.values()))


def test_a_class_tells_its_name_summary_and_needs():
    example = component(Example)
    assert (example.name, example.summary, example.needs) == (
        "example",
        "Shows every sort of option.",
        {"timestamps"},
    )


def test_the_options_are_the_fields_of_the_constructor():
    assert set(component(Example).options.model_fields) == {
        *("half_life", "share", "steps", "mode", "sizes", "weights", "pair", "top", "limit"),
        *("quick", "label", "folder", "parts", "table"),
    }
    assert learned(Example()) == ["fitted_"]


def test_no_options_give_the_defaults():
    options, problems = component(Example).check({})
    assert problems == {}
    assert options["half_life"] == 30.0
    assert options["sizes"] == [1, 2]
    assert options["pair"] == [1, 2]
    assert component(Example).make() == Example()


def test_defaults_are_not_shared_between_two_components():
    example = component(Example)
    example.make().sizes.append(9)
    assert example.make().sizes == [1, 2]


def test_what_check_gives_back_makes_the_same_component():
    given = {
        "half_life": 7,
        "sizes": [4],
        "pair": [3, 4],
        "top": 5,
        "folder": "a/b",
        "parts": [{"weight": 1}],
    }
    options, problems = component(Example).check(given)
    assert problems == {}
    assert component(Example).make(options) == component(Example).make(given)


def test_values_reach_the_class_in_the_types_of_its_fields():
    made = component(Example).make(
        {"half_life": 7, "pair": [3, 4], "folder": "a/b", "parts": [{"weight": 1}], "weights": {"a": 2}}
    )
    assert made.half_life == 7.0
    assert isinstance(made.half_life, float)
    assert made.pair == (3, 4)
    assert made.folder == Path("a/b")
    assert made.parts == [Part(1.0)]
    assert made.weights == {"a": 2.0}


def test_python_may_give_paths_dates_and_numpy_floats():
    made = component(Example).make(
        {"folder": Path("a"), "half_life": np.float64(2.5), "label": datetime.date(2024, 2, 29)}
    )
    assert (made.folder, made.half_life, made.label) == (Path("a"), 2.5, "2024-02-29")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"half_life": -3}, "half_life must be greater than 0; got -3"),
        ({"half_life": "5"}, "half_life must be a number; got '5'"),
        ({"half_life": None}, "half_life must be a number; got null"),
        ({"half_life": True}, "half_life must be a number; got true"),
        ({"share": 1.5}, "share must be less than or equal to 1; got 1.5"),
        ({"steps": 2.5}, "steps must be a whole number; got 2.5"),
        ({"steps": True}, "steps must be a whole number; got true"),
        ({"steps": "5"}, "steps must be a whole number; got '5'"),
        ({"steps": 0}, "steps must be greater than or equal to 1; got 0"),
        ({"quick": 1}, "quick must be true or false; got 1"),
        ({"quick": "yes"}, "quick must be true or false; got 'yes'"),
        ({"label": 5}, "label must be text; got 5"),
        ({"limit": "x"}, "limit must be a number; got 'x'"),
        ({"mode": "maen"}, "mode must be 'sum', 'mean' or 'last'; got 'maen'. Did you mean 'mean'?"),
        ({"mode": 3}, "mode must be 'sum', 'mean' or 'last'; got 3"),
        ({"sizes": 3}, "sizes must be a list; got 3"),
        ({"sizes": []}, "sizes must have at least 1 item; got []"),
        ({"sizes": [1, "b"]}, "sizes.1 must be a whole number; got 'b'"),
        ({"limit": float("inf")}, "limit must be a finite number; got inf"),
        ({"half_life": float("nan")}, "half_life must be a finite number; got nan"),
        ({"steps": 10**20}, "steps must be a whole number of at most 18 digits; got 100000000000000000000"),
        ({"weights": [1]}, "weights must be a mapping; got [1]"),
        ({"weights": {"a": "b"}}, "weights.a must be a number; got 'b'"),
        ({"top": "some"}, "top must be a whole number or 'all'; got 'some'"),
        ({"top": -3}, "top must be greater than 0 or 'all'; got -3"),
        ({"table": 3}, "table must be text or a mapping; got 3"),
        ({"parts": [{}]}, "parts.0.weight is required"),
        ({"parts": [{"weight": -1}]}, "parts.0.weight must be greater than or equal to 0; got -1"),
        ({"parts": [5]}, "parts.0 must be a mapping; got 5"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_what_would_be_right(options, said):
    assert problem(**options) == said


def test_each_wrong_entry_of_a_list_is_told_with_its_own_place():
    _, problems = component(Example).check({"sizes": ["a", 2, "b"]})
    assert problems == {
        "sizes.0": "sizes.0 must be a whole number; got 'a'",
        "sizes.2": "sizes.2 must be a whole number; got 'b'",
    }


def test_a_long_value_is_cut():
    said = problem(half_life="x" * 500)
    assert said.startswith("half_life must be a number; got 'xxx")
    assert said.endswith("...")
    assert len(said) < 130


def test_a_value_that_no_recipe_can_hold_is_named():
    said = problem(label=object())
    assert said.startswith("label must be text, a number, true or false, a list or a mapping; got <object")


def test_all_problems_are_told_at_once():
    _, problems = component(Example).check(
        {"half_life": -3, "mode": "x", "halflife": 3, "label": object(), "steps": "1"}
    )
    assert set(problems) == {"half_life", "mode", "halflife", "label", "steps"}


def test_an_unknown_option_gets_the_nearest_and_all_there_are():
    said = problem(halflife=3)
    assert said.startswith("ranker 'example' has no option 'halflife'. Did you mean 'half_life'?")
    assert "It has half_life, share, steps" in said
    with pytest.raises(ComponentError, match=r"^ranker 'example' has no option 'halflife'"):
        component(Example).make({"halflife": 3})


def test_a_class_variable_and_fitted_state_are_no_options():
    assert set(component(Example).check({"needs": [], "fitted_": 1})[1]) == {"needs", "fitted_"}


def test_a_component_without_options_says_so():
    plain = dataclass(type("Plain", (), {"name": "plain"}))
    assert component(plain).check({"k": 1})[1]["k"] == "ranker 'plain' has no option 'k'. It has no options."


def test_an_option_without_a_default_is_required():
    @dataclass
    class Strict:
        """Needs a path."""

        path: str
        name: ClassVar[str] = "strict"

    assert component(Strict).check({})[1] == {"path": "path is required"}
    with pytest.raises(ComponentError, match="ranker 'strict': path is required"):
        component(Strict).make()


@pytest.mark.filterwarnings("error")
def test_an_option_may_be_called_like_a_method_of_its_model():
    @dataclass
    class Awkward:
        """Options with taken names."""

        name: ClassVar[str] = "awkward"
        copy: int = 1
        schema: str = "x"

    made = component(Awkward).make({"copy": 2, "schema": "y"})
    assert (made.copy, made.schema) == (2, "y")


def test_what_a_constructor_refuses_is_an_error_of_the_component():
    @dataclass
    class Picky:
        """Refuses what no bound can say."""

        name: ClassVar[str] = "picky"
        low: int = 0
        high: int = 1

        def __post_init__(self):
            if self.low > self.high:
                raise ValueError("low must not be above high")

    with pytest.raises(ComponentError, match="ranker 'picky': low must not be above high"):
        component(Picky).make({"low": 5})


def test_annotations_that_cannot_be_read_are_an_error_that_names_the_plugin():
    broken = dataclass(type("Broken", (), {"name": "broken", "__annotations__": {"k": "Nowhere"}, "k": 1}))
    with pytest.raises(
        PluginError, match=r"ranker 'broken' \(plugin 'plug', palate-plug 1\.2\) cannot be read"
    ):
        component(broken).check({})


def test_a_missing_library_says_what_to_install():
    @dataclass
    class Heavy:
        """Needs much."""

        name: ClassVar[str] = "heavy"
        libraries: ClassVar[Sequence[str]] = ("json", "a_library_nobody_has")
        extra: ClassVar[str] = "big"

    heavy = component(Heavy)
    assert heavy.missing == ("a_library_nobody_has",)
    with pytest.raises(MissingLibrary) as caught:
        heavy.make()
    assert str(caught.value) == (
        "ranker 'heavy' needs a_library_nobody_has, which is not installed: pip install \"palate-plug[big]\""
    )


def test_what_installing_a_library_takes_is_said_with_the_command():
    notes = {"libraries": ("a_library_nobody_has",), "extra": "big", "install_note": "needs a C compiler"}
    heavy = dataclass(type("Heavy", (), {"name": "heavy", **notes}))
    assert component(heavy).install == 'pip install "palate-plug[big]" (needs a C compiler)'
    with pytest.raises(MissingLibrary, match=r'pip install "palate-plug\[big\]" \(needs a C compiler\)$'):
        component(heavy).make()


def test_options_are_checked_though_the_library_is_missing():
    heavy = dataclass(type("Heavy", (), {"name": "heavy", "libraries": ("a_library_nobody_has",)}))
    with pytest.raises(ComponentError, match="no option 'k'"):
        component(heavy).make({"k": 1})


def test_looking_for_a_library_does_not_import_it():
    wave = dataclass(type("Wave", (), {"name": "wave", "libraries": ("wave",)}))
    sys.modules.pop("wave", None)
    assert component(wave).missing == ()
    assert "wave" not in sys.modules


def test_a_list_of_libraries_written_as_text_is_a_flaw():
    cls = dataclass(type("X", (), {"name": "x", "libraries": "torch", "score": print, "fit": print}))
    assert flaws(cls, "ranker") == ["ranker X: `libraries` is text, and must be a tuple or a set of texts"]


def test_the_code_hash_follows_the_text_of_the_module(tmp_path, monkeypatch):
    def hashed(text, name):
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        module = __import__(name)
        monkeypatch.delitem(sys.modules, name, raising=False)
        sys.modules[name] = module
        try:
            return component(module.A).code
        finally:
            del sys.modules[name]

    first = hashed("class A:\n    name = 'a'\n", "palate_hash_one")
    same = hashed("class A:\n    name = 'a'\n", "palate_hash_two")
    other = hashed("class A:\n    name = 'a'  # changed\n", "palate_hash_three")
    assert first == same
    assert first != other
